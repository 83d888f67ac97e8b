const http = require('http');
const name = process.env.HOSTNAME;
http.createServer((request, response) => response.end(name)).listen(3000, () => console.log(process.env.HOSTNAME));
