// The API gateway of the article, reduced to what matters here: it serves, and it has one dependency.
const polka = require("polka");

const port = Number(process.env.PORT || 3000);

polka()
  .get("/", (req, res) => {
    res.setHeader("Content-Type", "application/json");
    res.end(JSON.stringify({ service: "api-gateway", status: "ok" }));
  })
  .get("/hello/:name", (req, res) => res.end(`hello ${req.params.name}\n`))
  .listen(port, () => console.log(`listening on ${port}`));
