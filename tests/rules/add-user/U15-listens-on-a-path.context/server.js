const SOCK = 'app.sock'
require('http').createServer((q, r) => r.end('ok')).listen(SOCK)
