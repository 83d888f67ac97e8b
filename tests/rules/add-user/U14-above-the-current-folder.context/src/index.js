const express = require('express');
const multer = require('multer');
const upload = multer({ dest: '../uploads/' });
const app = express();
app.post('/', upload.single('f'), (q, r) => r.send('ok'));
app.listen(3000);
