// Drives VS Code in a browser as a person does. Called with one JSON text, prints one of what was seen:
//   drive.mjs {"address", "folder", "browser", "scenario", "images"}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// from the folder that ./install filled, which is the current one
const { chromium } = createRequire(`${process.cwd()}/`)("playwright-core");
const asked = JSON.parse(process.argv[2]);
const file = `${asked.folder}/Dockerfile`;
const PATIENCE = Number(process.env.HARDEN_PATIENCE ?? 30_000);
const onDisk = (name = file) => readFileSync(name, "utf8");

async function until(what, told, patience = PATIENCE) {
  const end = Date.now() + patience;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${told}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

class Window {
  constructor(page) {
    this.page = page;
    this.seen = {};
  }

  /** Open the Dockerfile of the folder. */
  async open() {
    const payload = encodeURIComponent(JSON.stringify([["openFile", `vscode-remote://${new URL(asked.address).host}${file}`]]));
    await this.page.goto(`${asked.address}/?folder=${asked.folder}&payload=${payload}`);
    await this.page.waitForSelector(".monaco-editor .view-line", { timeout: 2 * PATIENCE });
  }

  item() {
    return this.page.locator('.statusbar-item[id="harden.harden.harden"]');
  }

  /** Wait for the item in the status bar and return what it says when one points at it. */
  async status(text, patience = PATIENCE) {
    const said = async () => ((await this.item().count()) ? await this.item().getAttribute("aria-label") : "");
    await until(async () => (await said())?.includes(text), `the status bar says ${text}`, patience);
    return this.item().getAttribute("aria-label");
  }

  async problems() {
    const item = this.page.locator('.statusbar-item[id="status.problems"]');
    await until(async () => /[1-9]/.test((await item.textContent()) ?? ""), "a problem is shown");
    return (await item.getAttribute("aria-label")) ?? "";
  }

  /** Open what a key opens and return its row of this text; a window that is still starting closes it: the key again. */
  async opened(key, rows, text, typed) {
    const row = this.page.locator(rows, { hasText: text }).first();
    for (let tried = 1; ; tried++) {
      await this.page.keyboard.press(key);
      try {
        if (typed !== undefined) await this.page.locator(".quick-input-widget input").first().fill(typed, { timeout: PATIENCE / 3 });
        await row.waitFor({ timeout: PATIENCE / 3 });
        return row;
      } catch (error) {
        if (tried === 5) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Run a command by its title. */
  async command(title) {
    await (await this.opened("F1", ".quick-input-list .monaco-list-row", title, `>${title}`)).click();
  }

  async goTo(line) {
    await this.page.keyboard.press("Control+g");
    await this.page.keyboard.type(`${line}`);
    await this.page.keyboard.press("Enter");
  }

  /** Open the quick fixes of the line and return them. */
  async fixes(fix) {
    await this.opened("Control+.", ".action-widget .monaco-list-row", fix);
    return this.page.locator(".action-widget .monaco-list-row");
  }

  /** Make a quick fix of the open menu. */
  async make(menu, fix, fixed) {
    await menu.filter({ hasText: fix }).first().click();
    const shown = async () => (await this.page.locator(".view-lines").textContent()).replace(/\u00a0/g, " ");
    await until(async () => (await shown()).includes(fixed), "the fix is made");
  }

  async shot(name) {
    if (asked.images) await this.page.screenshot({ path: `${asked.images}/${name}.png` });
  }
}

const scenarios = {
  /** See the problems, apply a quick fix, save, run the commands. */
  async work(window) {
    const { page, seen } = window;
    seen.status = await window.status("from");
    seen.problems = await window.problems();
    await page.click(".monaco-editor .view-line");
    await window.command("Problems: Focus on Problems View");
    await page.waitForSelector(".markers-panel .monaco-list-row");
    seen.rows = await page.locator(".markers-panel .monaco-list-row").allTextContents();
    await window.shot("vscode-problems");

    await page.locator(".monaco-editor .view-line").last().click();
    await window.goTo(asked.line);
    const menu = await window.fixes(asked.fix);
    seen.actions = await menu.allTextContents();
    await window.shot("vscode-quick-fix");
    await window.make(menu, asked.fix, asked.fixed);

    const before = onDisk();
    await page.keyboard.press("Control+s");
    // a file that is being saved is empty for a moment
    await until(() => !["", before].includes(onDisk()), "the file is saved");
    seen.saved = onDisk();

    await window.command("harden: Make All Changes That Harden");
    await page.waitForSelector(".tab.dirty");
    await page.keyboard.press("Control+s");
    await until(() => !["", seen.saved].includes(onDisk()), "the changes that harden are saved");
    seen.hardened = onDisk();

    await scenarios.compose(window);

    await window.command("harden: Restart the Language Server");
    await window.status("from");
    await window.command("harden: Show the Output of the Language Server");
    await page.locator(".output-view, .part.panel").first().waitFor();
  },

  /** Open the compose file beside, apply a quick fix, save: what is safe is made then, and no formatter is asked for. */
  async compose(window) {
    const { page, seen } = window;
    const file = `${asked.folder}/compose.yaml`;
    await (await window.opened("Control+p", ".quick-input-list .monaco-list-row", "compose.yaml", "compose.yaml")).click();
    await page.waitForSelector('.tab.active[aria-label^="compose.yaml"]');
    await page.locator(".monaco-editor .view-line").last().click();
    await window.goTo(asked.compose.line);
    await page.locator(".markers-panel .monaco-list-row", { hasText: asked.compose.code }).first().waitFor();
    const menu = await window.fixes(asked.compose.fix);
    seen.ofCompose = await menu.allTextContents();
    await window.shot("vscode-compose");
    await window.make(menu, asked.compose.fix, asked.compose.fixed);
    const before = onDisk(file);
    await page.keyboard.press("Control+s");
    await until(() => onDisk(file) !== before, "the compose file is saved");
    seen.savedCompose = onDisk(file);
    await page.locator(".notifications-toasts", { hasText: "formatter" }).waitFor({ state: "hidden" });
  },

  /** Open a folder that is not trusted, then trust it. */
  async trust(window) {
    const { page, seen } = window;
    seen.restricted = await window.status("from");
    await window.command("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button", { hasText: "Trust" }).first().click();
    // the editor of trust lies over the window
    await page.locator(".monaco-modal-editor-block .codicon-close").last().click();
    seen.trusted = await window.status("of the workspace");
  },

  /** Take the offer to install harden where there is none. */
  async install(window) {
    const { page, seen } = window;
    seen.missing = await window.status("harden was not found");
    await page.locator(".notifications-toasts .monaco-button", { hasText: "Install" }).first().click();
    seen.installed = await window.status("of this extension", 5 * PATIENCE);
    seen.problems = await window.problems();
  },
};

const browser = await chromium.launch({ executablePath: asked.browser, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
page.setDefaultTimeout(PATIENCE);
const window = new Window(page);
try {
  await window.open();
  await scenarios[asked.scenario](window);
} catch (error) {
  window.seen.failed = `${error.stack}`.replace(/\x1b\[\d+m/g, "").split("\n").filter((line) => /Error|drive|waiting for/.test(line)).join("\n");
  if (asked.failure) await page.screenshot({ path: asked.failure });
} finally {
  console.log(JSON.stringify(window.seen));
  await browser.close();
}
