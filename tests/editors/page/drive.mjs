// Uses the page to try as a person does. Called with one JSON text, prints one of what was seen:
//   drive.mjs {"folder", "browser", "typed", "asked": [{"files", "unsafe"}], "broken", "images", "policy"}
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

// from the folder that ../code-server/install filled, which is the current one
const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const asked = JSON.parse(process.argv[2]);
const PATIENCE = Number(process.env.HARDEN_PATIENCE ?? 60_000);
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json", ".svg": "image/svg+xml" };
const seen = { requests: [], elsewhere: [], errors: [] };

/** Hand out the files of the page below a path, as a host with other pages does. */
const server = createServer((request, response) => {
  const path = new URL(request.url, "http://x").pathname.replace(/^\/try/, "");
  const file = join(asked.folder, path.endsWith("/") ? `${path}index.html` : path);
  seen.requests.push(path);
  if (!request.url.startsWith("/try/") || !existsSync(file)) return response.writeHead(404).end();
  const tag = `"${statSync(file).mtimeMs}"`;
  if (request.headers["if-none-match"] === tag) return response.writeHead(304).end();
  response.setHeader("content-security-policy", asked.policy);
  // no length, as from a host that packs what it sends
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", etag: tag });
  return createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

/** Wait by asking again: the page's own policy forbids what Playwright's waitForFunction does. */
async function until(page, what) {
  const end = Date.now() + PATIENCE;
  while (!(await page.evaluate(what))) {
    if (Date.now() > end) {
      const told = await page.evaluate(() => [document.body.dataset.state, document.getElementById("status").textContent]);
      throw new Error(`waited in vain for ${what}; the page: ${told.join(": ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const answered = (page) => until(page, () => document.body.dataset.state === "answered");
const status = (page) => page.locator("#status").textContent();
const diff = async (page) => (await page.locator("pre.diff").allTextContents()).join("");
const shot = async (page, name) => asked.images && page.screenshot({ path: `${asked.images}/${name}.png` });

async function open(context, address) {
  const page = await context.newPage();
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  await page.goto(address);
  return page;
}

/** Reach an element by the Tab key alone. */
async function tabTo(page, id) {
  for (let n = 0; n < 40; n++) {
    if (await page.evaluate((wanted) => document.activeElement.id === wanted, id)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`#${id} is not reached by Tab`);
}

async function links(page) {
  const found = [];
  for (const one of asked.asked) {
    const hash = await page.evaluate(async ({ files, unsafe }) => (await import("./link.js")).encode(new Map(Object.entries(files)), unsafe), one);
    await page.evaluate((value) => {
      document.body.dataset.state = "asking";
      location.hash = value;
    }, hash);
    await answered(page);
    found.push({ diff: await diff(page), status: await status(page), errors: await page.locator(".error").allTextContents() });
  }
  return found;
}

const scenarios = [
  async function keyboard(page) {
    await answered(page);
    seen.first = { status: await status(page), diff: await diff(page) };
    seen.findings = await page.locator("#answer li a").evaluateAll((all) => all.map((a) => a.href));
    await shot(page, "page-light");
    await tabTo(page, "text");
    await page.keyboard.press("Control+a");
    const start = Date.now();
    await page.keyboard.type(asked.typed);
    await until(page, () => document.body.dataset.state === "asking");
    await answered(page);
    seen.typed = { diff: await diff(page), time: Date.now() - start };
    await tabTo(page, "unsafe");
    await page.keyboard.press("Space");
    await answered(page);
    seen.unsafe = await diff(page);
    await page.keyboard.press("Space");
    await answered(page);
    for (const text of ["FROM a\n", `${asked.typed}RUN b\n`, "FROM c\nCMD d\n", asked.typed]) {
      await page.locator("#text").fill(text); // longer apart than the page waits, shorter than an answer takes
      await page.waitForTimeout(170);
    }
    await answered(page);
    seen.raced = await diff(page);
    await tabTo(page, "text");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(asked.broken);
    await until(page, () => document.querySelector(".error"));
    seen.broken = await page.locator(".error").textContent();
    await page.locator(".error button").press("Enter");
    seen.marked = await page.locator("#text").evaluate((area) => area.value.slice(0, area.selectionStart).split("\n").length);
  },
  async function files(page) {
    await tabTo(page, "name");
    await page.keyboard.type("composer.json");
    await page.keyboard.press("Enter");
    await page.keyboard.type('{"name": <img src="x" onerror="window.hit=1">}');
    await answered(page);
    seen.json = await page.locator(".error").allTextContents();
    await page.locator("#tabs [aria-selected=true]").press("ArrowLeft");
    seen.arrow = await page.locator("#tabs [aria-selected=true]").textContent();
    seen.answers = await links(page);
    seen.markup = await page.evaluate(() => [window.hit ?? 0, document.querySelectorAll("main img, main script, main b").length]);
  },
  async function offline(page, browser) {
    await page.click("#share");
    seen.text = await page.locator("#text").inputValue();
    await until(page, () => location.hash.length > 1);
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const phone = await open(page.context(), "about:blank");
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.emulateMedia({ colorScheme: "dark" });
    await phone.goto(page.url());
    await answered(phone);
    seen.offline = { text: await phone.locator("#text").inputValue(), diff: await diff(phone) };
    seen.width = await phone.evaluate(() => document.scrollingElement.scrollWidth);
    seen.ground = await phone.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await shot(phone, "page-phone");
    await phone.locator("#result").scrollIntoViewIfNeeded();
    await phone.evaluate(() => document.getElementById("result").scrollIntoView());
    await shot(phone, "page-phone-result");
  },
];

const browser = await chromium.launch({ executablePath: asked.browser, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  const context = await browser.newContext({ viewport: { width: 1200, height: 860 }, colorScheme: "light" });
  context.setDefaultTimeout(PATIENCE);
  context.on("request", (request) => new URL(request.url()).origin !== origin && /^(https?|wss?):/.test(request.url()) && seen.elsewhere.push(request.url()));
  const page = await open(context, `${origin}/try/`);
  for (const scenario of scenarios) await scenario(page, browser);
} catch (error) {
  seen.failed = `${error.stack}`.replace(/\x1b\[\d+m/g, "").slice(0, 2000);
} finally {
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  await browser.close();
  process.exit(); // connections that are kept alive would hold it
}
