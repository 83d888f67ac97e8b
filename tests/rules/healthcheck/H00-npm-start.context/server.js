const app = require('express')()
require('./lib/routes')(app)
app.listen(3000)
