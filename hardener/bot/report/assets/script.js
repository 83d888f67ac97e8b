"use strict";
(() => {
  const table = document.getElementById("rows"), body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells], rows = [...body.rows];
  const find = document.getElementById("find"), sort = document.getElementById("sort"), count = document.getElementById("count");
  const isText = (column) => column === 0 || column === heads.length - 1;
  const values = rows.map((row) => [...row.cells].map((cell, n) => (isText(n) ? cell.textContent.toLowerCase() : Number(cell.textContent))));
  const place = new Map(rows.map((row, n) => [row, n]));
  function order(column, ascending) {
    const sign = ascending ? 1 : -1;
    rows.sort((a, b) => {
      const x = values[place.get(a)][column], y = values[place.get(b)][column];
      return x < y ? -sign : x > y ? sign : place.get(a) - place.get(b);
    });
    body.append(...rows);
    heads.forEach((head, n) => (n === column ? head.setAttribute("aria-sort", ascending ? "ascending" : "descending") : head.removeAttribute("aria-sort")));
    sort.value = String(column);
  }
  function narrow() {
    const text = find.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const own = values[place.get(row)];
      row.hidden = !(own[0].includes(text) || own[own.length - 1].includes(text));
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${rows.length}`;
  }
  heads.forEach((head, n) => head.addEventListener("click", () => {
    const was = head.getAttribute("aria-sort");
    order(n, was ? was === "descending" : isText(n));
  }));
  sort.addEventListener("change", () => order(Number(sort.value), isText(Number(sort.value))));
  find.addEventListener("input", narrow);
  order(1, false);
  narrow();
})();
