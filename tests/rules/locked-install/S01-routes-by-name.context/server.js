const express=require('express');const app=express();require('fs').readdirSync('./routes').forEach(f=>require('./routes/'+f)(app));app.listen(3000)
