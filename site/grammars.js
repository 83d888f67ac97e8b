// The grammars of shell and YAML for Python: python/tree_sitter.py reads what `parse` returns.
import { Language, Parser } from "./vendor/web-tree-sitter/web-tree-sitter.js";

const NAMED = 1, MISSING = 2, ERROR = 4;
const FILES = { bash: "tree-sitter-bash.wasm", yaml: "tree-sitter-yaml.wasm" };
const parsers = {};

/** Load all grammars. */
export async function load() {
  await Parser.init({ locateFile: (name) => new URL(`./vendor/web-tree-sitter/${name}`, import.meta.url).href });
  await Promise.all(
    Object.entries(FILES).map(async ([name, file]) => {
      const response = await fetch(new URL(`./vendor/${file}`, import.meta.url));
      if (!response.ok) throw new Error(`${file}: ${response.status}`);
      const language = await Language.load(new Uint8Array(await response.arrayBuffer()));
      parsers[name] = new Parser();
      parsers[name].setLanguage(language);
    }),
  );
}

/** Return the names of kinds and fields as JSON, and the nodes in the order of a walk, six numbers each. */
export function parse(grammar, text) {
  const tree = parsers[grammar].parse(text);
  try {
    return rowsOf(tree);
  } finally {
    tree.delete();
  }
}

function rowsOf(tree) {
  const numbers = new Map([["", 0]]);
  const number = (name) => {
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name);
  };
  const broken = tree.rootNode.hasError;
  const rows = [];
  const counts = []; // where the number of children of each open node stands
  const cursor = tree.walk();
  try {
    for (;;) {
      const isBroken = broken && cursor.currentNode.hasError;
      const flags = (cursor.nodeIsNamed && NAMED) | (cursor.nodeIsMissing && MISSING) | (isBroken && ERROR);
      rows.push(number(cursor.nodeType), cursor.startIndex, cursor.endIndex, flags, number(cursor.currentFieldName ?? ""), 0);
      if (counts.length) rows[counts.at(-1)] += 1;
      const own = rows.length - 1;
      if (cursor.gotoFirstChild()) {
        counts.push(own);
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return [JSON.stringify([...numbers.keys()]), Int32Array.from(rows)];
        counts.pop();
      }
    }
  } finally {
    cursor.delete();
  }
}
