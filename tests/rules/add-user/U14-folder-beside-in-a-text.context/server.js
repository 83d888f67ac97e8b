const fs = require('fs')
fs.mkdirSync(`${__dirname}/../uploads`, { recursive: true })
require('http').createServer((q, r) => { fs.writeFileSync(__dirname + '/../uploads/x', 'x'); r.end('ok') }).listen(3000)
