const orders = new Map([
  [1, { id: 1, item: "coffee", count: 2 }],
  [2, { id: 2, item: "tea", count: 1 }],
]);

module.exports = { find: (id) => orders.get(id), all: () => [...orders.values()] };
