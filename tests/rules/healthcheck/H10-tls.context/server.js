const https = require('https')
const app = require('express')()
app.get('/health', (q, r) => r.send('ok'))
https.createServer({}, app).listen(8443)
