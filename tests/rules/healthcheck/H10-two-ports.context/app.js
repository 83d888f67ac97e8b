const app = require('express')();
if (process.env.ADMIN) app.listen(9001); else app.listen(9000);
