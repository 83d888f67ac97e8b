// harden in a worker: loads Python, harden and the grammars once, then answers {id, files, unsafe} one after the other.
import { loadPyodide } from "./vendor/pyodide/pyodide.mjs";
import * as grammars from "./grammars.js";

const here = (name) => new URL(`./${name}`, import.meta.url).href;

async function bytes(name) {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.arrayBuffer();
}

async function start() {
  const [python, code] = await Promise.all([
    loadPyodide({ indexURL: here("vendor/pyodide/"), env: { HOME: "/home/pyodide", HARDEN_OFFLINE: "1" } }),
    bytes("harden.zip"),
    grammars.load(),
  ]);
  python.registerJsModule("harden_bridge", { parse: grammars.parse });
  python.unpackArchive(new Uint8Array(code), "zip", { extractDir: "/harden" });
  python.runPython("import sys; sys.path.insert(0, '/harden')");
  return python.pyimport("harden_page").answer;
}

const ready = start();
ready.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ failed: String(error) }),
);

onmessage = async ({ data }) => {
  let answer;
  try {
    answer = await ready;
  } catch {
    return; // told above
  }
  try {
    postMessage({ id: data.id, answer: JSON.parse(answer(JSON.stringify({ files: data.files, unsafe: data.unsafe }))) });
  } catch (error) {
    postMessage({ id: data.id, error: String(error) });
  }
};
