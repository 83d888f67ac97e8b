const express = require("express");
const orders = require("./orders");

const app = express();
const port = process.env.PORT || 8080;

app.get("/health", (req, res) => res.json({ status: "ok" }));
app.get("/orders", (req, res) => res.json(orders.all()));
app.get("/orders/:id", (req, res) => {
  const order = orders.find(Number(req.params.id));
  if (!order) return res.status(404).json({ error: "no such order" });
  return res.json(order);
});

app.listen(port, () => console.log(`listening on ${port}`));
