// An answer to elements. All text goes in as text, never as markup.

const KINDS = { "+": "added", "-": "removed", "@": "place" };
const HEADINGS = { changed: "Changed", offered: "Offered at another level", "held-back": "Held back" };

/** Return an element with attributes and children, which are elements or texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function plural(count, what) {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Return what an answer says in one line. */
export function summary({ files, errors, summary: counts }) {
  const wrong = errors.length + files.filter((file) => file.error).length;
  const parts = wrong ? [plural(wrong, "error")] : [];
  if (files.length > files.filter((file) => file.error).length) {
    parts.push(`${plural(counts.changes, "change")}`, `${counts.offered} offered`, `${counts.held_back} held back`);
  }
  return parts.join(", ");
}

/** Return the elements of an answer; `go(file, line, column)` shows a place in a file. */
export function shown(answer, go) {
  return [
    ...answer.errors.map((error) => problem(error.message, error.file, error.line, error.column, go)),
    ...answer.files.map((file) => section(file, go)),
  ];
}

function problem(message, file, line, column, go) {
  const place = file && line ? [" ", button(`Go to line ${line}, column ${column}`, () => go(file, line, column))] : [];
  return element("p", { class: "error" }, message, ...place);
}

function button(text, action) {
  return element("button", { type: "button", onclick: action }, text);
}

function section(file, go) {
  const made = element("section", { "aria-label": file.path }, element("h3", {}, file.path));
  if (file.error) {
    const place = file.unread ?? {};
    made.append(problem(file.error, file.path, place.line, place.column, go));
    return made;
  }
  const diff = file.diff ?? "";
  if (diff) {
    made.append(element("div", { class: "bar" }, copying("Copy the diff", diff), ...(file.code ? [copying("Copy the new file", file.code)] : [])));
    made.append(element("pre", { class: "diff", tabindex: "0", role: "region", "aria-label": `Diff of ${file.path}` }, ...lines(diff)));
  } else {
    made.append(element("p", {}, "Nothing to change here."));
  }
  for (const warning of file.warnings) made.append(problem(`line ${warning.line}: ${warning.message}`, file.path, warning.line, 1, go));
  for (const fault of file.faults) made.append(element("p", { class: "error" }, `${fault.rule} was left out, its proof failed: please report it`));
  for (const status of Object.keys(HEADINGS)) {
    const found = file.findings.filter((finding) => finding.status === status);
    if (found.length) made.append(group(status, found, file.path, go));
  }
  return made;
}

function copying(text, what) {
  const made = button(text, async () => {
    made.textContent = await navigator.clipboard.writeText(what).then(() => "Copied", () => "Cannot copy here");
    setTimeout(() => (made.textContent = text), 1500);
  });
  return made;
}

function lines(diff) {
  const all = diff.split("\n");
  if (all.at(-1) === "") all.pop();
  return all.map((line) => {
    const kind = /^(\+\+\+|---) /.test(line) ? "name" : KINDS[line[0]];
    return element("span", kind ? { class: kind } : {}, `${line}\n`);
  });
}

function group(status, findings, path, go) {
  const rows = findings.map((finding) => row(finding, path, go));
  const made = element("details", { "data-status": status }, element("summary", {}, `${HEADINGS[status]} (${findings.length})`), element("ul", {}, ...rows));
  made.open = status === "changed";
  return made;
}

function row(finding, path, go) {
  const file = finding.file ?? path;
  const column = finding.region?.column ?? 1;
  const { refusal } = finding;
  return element(
    "li",
    {},
    button(finding.file ? `${file}, line ${finding.line}` : `Line ${finding.line}`, () => go(file, finding.line, column)),
    " ",
    link(finding.url, `${finding.code} ${finding.rule}`),
    element("p", {}, finding.message + (finding.doubt ? `; not proved: ${finding.doubt}` : "")),
    refusal && element("p", { class: "reason" }, refusal.reason, " ", link(refusal.url, refusal.id), refusal.allow ? `. To allow it: ${refusal.allow}` : ""),
  );
}

function link(address, text) {
  const isWeb = /^https:\/\//.test(address);
  return isWeb ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : element("span", {}, text);
}
