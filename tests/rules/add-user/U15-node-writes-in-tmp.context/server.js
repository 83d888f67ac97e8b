const fs = require("fs");
fs.mkdirSync("/tmp/thumbs", { recursive: true });
fs.writeFileSync(`/tmp/thumbs/${process.pid}.png`, "");
fs.appendFileSync("/var/tmp/hits.log", "start\n");
