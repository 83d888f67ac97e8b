const ms = require('ms')
const lib = require('./lib/x')
require('http').createServer((q, r) => r.end(ms(1000) + lib.name)).listen(3000)
