const x = require('some-db'); x.open(); require('http').createServer((q,r)=>r.end('hi')).listen(3000)
