const fs = require('fs'), path = require('path');
const root = path.resolve(__dirname, '..', '..');
const dir = path.join(root, 'logs');
require('./srv')(() => { if (!fs.existsSync(dir)) fs.mkdirSync(dir); fs.appendFileSync(dir + '/a.log', 'x'); return 'ok'; });
