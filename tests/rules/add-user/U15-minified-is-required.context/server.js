const run = require('./lib/store.min.js')
require('http').createServer((q, r) => r.end(run())).listen(3000)
