const { readFileSync } = require("node:fs");
const fs = require("fs");
require("http").createServer((q, r) => r.end(fs.existsSync("a") ? readFileSync("a") : "")).listen(3000);
