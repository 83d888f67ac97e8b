const app = require('express')()
app.get('/', (q, r) => r.send('ok'))
app.listen(3000)
