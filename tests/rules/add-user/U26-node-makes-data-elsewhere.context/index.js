const fs = require('fs');
require('./srv')(() => { const d = JSON.parse(fs.readFileSync('db.json')); d.push(1); fs.writeFileSync('db.json.tmp', JSON.stringify(d)); fs.renameSync('db.json.tmp', 'db.json'); return 'ok'; });
