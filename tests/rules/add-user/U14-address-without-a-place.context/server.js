const fs = require('fs');
const { database } = require('./settings.json');
fs.writeFileSync(database.slice(7), '');
require('http').createServer((request, response) => response.end()).listen(3000);
