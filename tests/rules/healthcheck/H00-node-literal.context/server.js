const http = require('http')
http.createServer((req, res) => { if (req.url === '/health') res.end('ok') }).listen(8080, '0.0.0.0')
