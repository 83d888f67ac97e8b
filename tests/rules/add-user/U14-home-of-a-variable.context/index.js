const os = require('os'), fs = require('fs'), path = require('path');
const d = path.join(os.homedir(), '.shop');
require('./srv')(() => { fs.mkdirSync(d, {recursive: true}); fs.appendFileSync(path.join(d, 'log'), 'x'); return 'ok'; });
