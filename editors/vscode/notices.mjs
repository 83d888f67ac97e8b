// Writes what the bundle has to carry: our own licence, and those of the packages that are bundled.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const bundled = Object.entries(lock.packages).filter(([folder, entry]) => folder !== "" && !entry.dev && !entry.optional);
const notices = bundled.map(([folder, { version }]) => {
  const licence = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (licence === undefined) throw new Error(`${folder} has no licence file`);
  const name = folder.replace(/^.*node_modules\//, "");
  return `${name} ${version}\n\n${readFileSync(`${folder}/${licence}`, "utf8").trim()}\n`;
});
writeFileSync("dist/THIRD_PARTY.txt", notices.join(`\n${"-".repeat(80)}\n\n`));
copyFileSync("../../LICENSE", "LICENSE");
