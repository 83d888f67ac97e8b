const express=require('express');const app=express();
app.use((req,res,next)=>{ if(req.headers['x-forwarded-proto']!=='https') return res.redirect('https://'+req.headers.host+req.url); next();});
app.get('/health', (req,res)=>res.json({}));
app.listen(3000);
