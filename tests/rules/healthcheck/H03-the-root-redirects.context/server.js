const app = require('express')();
app.get('/', (req, res) => res.redirect('/login'));
app.listen(3000);
