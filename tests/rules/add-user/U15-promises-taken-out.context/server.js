const { promises: files } = require('fs')
require('http').createServer(async (q, r) => { await files.rm('done/a'); r.end('ok') }).listen(3000)
