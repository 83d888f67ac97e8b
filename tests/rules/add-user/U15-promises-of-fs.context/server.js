const fsp = require('fs').promises
require('http').createServer(async (q, r) => { await fsp.rename('inbox/a', 'done/a'); r.end('ok') }).listen(3000)
