const http = require('http');
const fs = require('fs');

const folder = fs.readFileSync('/conf/.folder', 'utf8').trim();
fs.mkdirSync(folder, { recursive: true });
http.createServer((request, response) => response.end(fs.readdirSync(folder).join('\n'))).listen(3000);
