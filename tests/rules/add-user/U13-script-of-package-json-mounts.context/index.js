const fs=require("fs");fs.writeFileSync("data/x","1");require("http").createServer((q,s)=>s.end()).listen(3000)
