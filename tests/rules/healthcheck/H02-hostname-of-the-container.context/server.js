const http = require('http');
const host = process.env.HOSTNAME || '0.0.0.0';
http.createServer((request, response) => response.end('ok')).listen(3000, host);
