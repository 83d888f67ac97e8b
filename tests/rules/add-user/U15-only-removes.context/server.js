const fs = require("fs");
fs.unlinkSync("old");
