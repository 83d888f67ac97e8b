const { execFile } = require('child_process')
require('express')().get('/', (q, r) => execFile(q.query.name, (e, out) => r.send(out)))
