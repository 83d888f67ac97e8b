module.exports = require('http').createServer((q, r) => r.end('ok'))
