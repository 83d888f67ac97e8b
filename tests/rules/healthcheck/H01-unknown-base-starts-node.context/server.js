require("http").createServer((q, r) => r.end("hi")).listen(8080);
