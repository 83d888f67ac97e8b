const fs = require('fs'), path = require('path');
const c = process.env.XDG_CONFIG_HOME || path.join(process.env.HOME, '.config');
require('./srv')(() => { fs.mkdirSync(c, {recursive: true}); fs.writeFileSync(path.join(c, 'a.json'), '{}'); return 'ok'; });
