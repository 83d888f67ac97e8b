const app = require('express')();
app.set('port', process.env.PORT || 8080);
app.get('/users', (req, res) => res.render('users'));
app.listen(app.get('port'), () => console.log('up'));
