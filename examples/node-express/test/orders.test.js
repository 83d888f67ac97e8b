const assert = require("node:assert");
const test = require("node:test");
const orders = require("../src/orders");

test("an order is found by its number", () => {
  assert.strictEqual(orders.find(1).item, "coffee");
  assert.strictEqual(orders.find(3), undefined);
});
