const fs = require('fs')
require('express')().get('/', (q, r) => { fs.writeFileSync('data/last', q.url); r.end() }).listen(3000)
