require('net').createServer((s) => s.write('hello')).listen(9000);
