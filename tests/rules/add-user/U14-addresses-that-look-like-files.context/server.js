const express = require("express");
const app = express();
app.get("/", (request, response) => {
  const photo = request.query.photo || "/placeholder.png";
  const link = request.query.token ? "/profile" : "/login";
  response.send(`<a href="${link}"><img src="${photo}"></a>`);
});
app.listen(3000);
