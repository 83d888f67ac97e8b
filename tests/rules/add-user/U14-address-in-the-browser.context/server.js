require("http").createServer((q, r) => r.end(require("fs").readFileSync("views/client.js"))).listen(3000);
