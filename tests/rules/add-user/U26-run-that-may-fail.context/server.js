require("fs").writeFileSync("state.json", "{}");
