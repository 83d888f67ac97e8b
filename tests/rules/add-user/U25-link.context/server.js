require("fs").writeFileSync("x", "y");
