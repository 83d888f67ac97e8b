const express=require('express');const app=express();
app.use(require('express-basic-auth')({users:{a:'b'}}));
app.get('/health', (req,res)=>res.json({}));
app.listen(3000);
