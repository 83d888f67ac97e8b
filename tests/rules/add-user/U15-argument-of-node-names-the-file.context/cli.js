const fs = require('fs');
const [, , source, target] = process.argv;
fs.writeFileSync(target, fs.readFileSync(source, 'utf8').toUpperCase());
