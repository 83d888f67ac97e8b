const fs = require("fs");
module.exports = (t) => fs.appendFileSync("notes.txt", t);
