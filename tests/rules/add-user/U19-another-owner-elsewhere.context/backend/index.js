const fs = require('fs'), path = require('path');
const up = path.join(process.cwd(), '..', 'files');
require('./srv')(() => { fs.mkdirSync(up, {recursive: true}); fs.appendFileSync(path.join(up, 'a'), 'x'); return 'ok'; });
