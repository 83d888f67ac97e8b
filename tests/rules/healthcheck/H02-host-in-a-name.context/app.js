const app = require('express')();
const host = process.env.BIND;
app.listen(3000, host, () => console.log('up'));
