// The page: files that one edits, and beside them what harden makes of them, as one types.
import { decode, encode } from "./link.js";
import { element, shown, summary } from "./show.js";

const DELAY = 150; // ms without a key before harden is asked
const PATIENCE = 30_000; // ms that an answer may take
const FIRST = "Dockerfile";
const $ = (id) => document.getElementById(id);

let files = new Map([[FIRST, ""]]);
let current = FIRST;
let timer = 0; // runs while a change waits to be asked about
const opened = new Map(); // which lists of findings a person opened or closed

/** Asks a worker: one question at a time, and of those that wait only the last. */
class Harden {
  constructor(told) {
    this.told = told;
    this.last = 0;
    this.waiting = null;
    this.start();
  }

  start() {
    this.isReady = false;
    this.asked = null;
    this.worker = new Worker("worker.js", { type: "module" });
    this.worker.onmessage = ({ data }) => this.heard(data);
    this.worker.onerror = (event) => this.told({ failed: event.message || "the worker cannot be loaded" });
  }

  ask(question) {
    this.waiting = { id: ++this.last, ...question };
    this.next();
  }

  next() {
    if (!this.isReady || this.asked || !this.waiting) return;
    this.asked = this.waiting;
    this.waiting = null;
    this.worker.postMessage(this.asked);
    this.timer = setTimeout(() => {
      this.worker.terminate();
      this.told({ error: "This takes too long, so it was stopped.", id: this.asked.id });
      this.start();
    }, PATIENCE);
  }

  heard(data) {
    if (data.ready) {
      this.isReady = true;
      keep();
    } else if (data.failed) this.told(data);
    else {
      clearTimeout(this.timer);
      this.asked = null;
      if (data.id === this.last) this.told(data);
    }
    this.next();
  }
}

function say(text) {
  $("status").textContent = text;
}

function told({ failed, error, answer }) {
  document.body.dataset.state = failed ? "failed" : timer ? "asking" : "answered"; // a key may have come since
  if (failed || error) {
    say(failed ? `Cannot start: ${failed}` : error);
    $("answer").replaceChildren();
    return;
  }
  say(summary(answer));
  $("answer").replaceChildren(...shown(answer, go));
  keepOpen();
}

/** Keep a list of findings open, or closed, as a person left it when the next answer comes. */
function keepOpen() {
  for (const details of document.querySelectorAll("#answer details")) {
    const key = `${details.parentElement.getAttribute("aria-label")}\0${details.dataset.status}`;
    if (opened.has(key)) details.open = opened.get(key);
    details.querySelector("summary").addEventListener("click", () => opened.set(key, !details.open));
  }
}

/** Keep the page for later without a network; not before all is loaded, as both would wait for each other's copies. */
function keep() {
  navigator.serviceWorker?.register("sw.js").catch(() => {}); // without it the page needs the network again
}

const harden = new Harden(told);
function ask() {
  clearTimeout(timer);
  timer = 0;
  document.body.dataset.state = "asking";
  harden.ask({ files: Object.fromEntries(files), unsafe: $("unsafe").checked });
  try {
    sessionStorage.setItem("files", JSON.stringify([[...files], $("unsafe").checked]));
  } catch {
    // no room, or not allowed: a reload begins anew
  }
}

/** What is in the address is no longer what is on the page. */
function changed() {
  if (location.hash.length > 1) history.replaceState(null, "", location.pathname + location.search);
  $("shared").textContent = "";
  document.body.dataset.state = "asking";
  clearTimeout(timer);
  timer = setTimeout(ask, DELAY);
}

/** Show a place in a file. */
function go(file, line, column) {
  if (!files.has(file)) return;
  choose(file);
  const text = files.get(file);
  let at = 0;
  for (let n = 1; n < line; n++) at = text.indexOf("\n", at) + 1 || text.length;
  const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
  const from = Math.min(at + [...text.slice(at, end)].slice(0, column - 1).join("").length, end);
  const area = $("text");
  area.focus();
  area.setSelectionRange(from, end);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (line - 3) * height);
}

function choose(name) {
  current = name;
  $("text").value = files.get(name);
  $("text").setAttribute("aria-label", name);
  $("remove").disabled = name === FIRST;
  for (const tab of $("tabs").children) {
    const isChosen = tab.textContent === name;
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    if (isChosen) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function showFiles() {
  const tabs = [...files.keys()].map((name) =>
    element("button", { type: "button", role: "tab", "aria-controls": "editor", onclick: () => choose(name) }, name));
  $("tabs").replaceChildren(...tabs);
  choose(files.has(current) ? current : files.keys().next().value);
}

function load(found, unsafe) {
  files = new Map(found);
  current = files.has(FIRST) ? FIRST : files.keys().next().value;
  if (unsafe !== undefined) $("unsafe").checked = unsafe;
  showFiles();
  ask();
}

async function loadLink() {
  try {
    const { files: found, unsafe } = await decode(location.hash.slice(1));
    load(found, unsafe);
    return true;
  } catch (error) {
    $("shared").textContent = `Cannot read this link: ${error.message}`;
    return false;
  }
}

function stored() {
  try {
    const [found, unsafe] = JSON.parse(sessionStorage.getItem("files"));
    return [new Map(found), unsafe];
  } catch {
    return null;
  }
}

async function begin() {
  const examples = await (await fetch("examples.json")).json();
  $("example").append(element("option", { value: "" }, "choose …"), ...examples.map(({ name }, index) => element("option", { value: index }, name)));
  $("example").addEventListener("change", () => {
    const chosen = examples[$("example").value];
    if (!chosen) return;
    changed();
    load(Object.entries(chosen.files));
  });
  if (location.hash.length > 1 && (await loadLink())) return;
  const before = stored();
  if (before) load(...before);
  else load(Object.entries(examples[0].files));
}

$("text").addEventListener("input", () => {
  files.set(current, $("text").value);
  changed();
});
$("unsafe").addEventListener("change", changed);
$("tabs").addEventListener("keydown", (event) => {
  const names = [...files.keys()];
  const at = names.indexOf(current);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  choose(names[(to + names.length) % names.length]);
  $("tabs").querySelector("[aria-selected=true]").focus();
});
$("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("name").value.trim();
  if (!name) return;
  if (!files.has(name)) files.set(name, "");
  $("name").value = "";
  current = name;
  showFiles();
  $("text").focus();
  changed();
});
$("remove").addEventListener("click", () => {
  files.delete(current);
  showFiles();
  $("text").focus();
  changed();
});
$("share").addEventListener("click", async () => {
  const fragment = await encode(files, $("unsafe").checked);
  if (fragment === null) {
    $("shared").textContent = "These files are too long for a link.";
    return;
  }
  history.replaceState(null, "", `#${fragment}`);
  $("shared").textContent = await navigator.clipboard.writeText(location.href).then(() => "Copied: the link holds the files.", () => "The link is in the address bar.");
});
addEventListener("hashchange", () => location.hash.length > 1 && location.hash !== "#result" && loadLink());

begin();
