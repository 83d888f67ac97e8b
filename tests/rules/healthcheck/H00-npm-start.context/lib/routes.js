module.exports = app => app.get('/ping', (q, r) => r.send('ok'))
