const fs = require('fs')
require('http').createServer((q, r) => r.end(fs.readFileSync('views/app.min.js'))).listen(3000)
