const fs = require('fs')
require('http').createServer((q, r) => { fs.writeFileSync('/usr/src/app/data/last', q.url); r.end('ok') }).listen(8080)
