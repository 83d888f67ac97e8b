const http = require('http');
module.exports = (work) => http.createServer(async (q, r) => { try { r.end(String(await work(q))); } catch (e) { r.statusCode = 500; r.end(String(e)); } }).listen(8000);
