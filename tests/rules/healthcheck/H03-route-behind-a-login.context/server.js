const express=require('express');const app=express();
app.get('/status', requireAuth, (req,res)=>res.json({}));
app.listen(3000);
