// A real VS Code in a headless browser: what a person does with keys and sees on the screen.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { chromium } = createRequire(process.env.FIMD_CODE_SERVER + '/')('playwright-core');
const first = 120000;  // ms until the editor, cold, has shown something
const usual = 20000;   // ms until a wait counts as failed ...
const tired = 4000;    // ... and after one has failed, so that a broken editor ends the test in time
const switches = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-default-apps',
  '--disable-extensions', '--disable-breakpad', '--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'];  // nothing but this machine can be reached

export class Workbench {
  patience = usual;
  outside = [];  // requests of the page that were meant for another machine

  constructor(shots) { this.shots = shots; }

  async open(url, folder, profile) {
    this.folder = folder;
    this.browser = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium', headless: true, viewport: { width: 1000, height: 600 }, args: switches, timeout: first });
    this.page = this.browser.pages()[0] ?? await this.browser.newPage();
    this.page.setDefaultTimeout(usual);
    this.keys = this.page.keyboard;
    this.page.on('request', request => {
      if (!/^(https?|wss?):\/\/127\.0\.0\.1[:/]|^(data|blob|about):/.test(request.url())) this.outside.push(request.url());
    });
    await this.page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'domcontentloaded', timeout: first });
    await this.page.waitForSelector('.monaco-workbench .part.editor', { timeout: first });
  }

  async close() { await this.browser?.close(); }

  async shot(name) { await this.page?.screenshot({ path: path.join(this.shots, `vscode-${name}.png`) }); }

  // Waits until `look` returns something true, and returns that; throws after the deadline.
  async until(what, look, patience = this.patience) {
    const end = Date.now() + patience;
    for (;;) {
      const seen = await look();
      if (seen) return seen;
      if (Date.now() > end) {
        this.patience = tired;
        throw new Error(`waited in vain: ${what}`);
      }
      await this.page.waitForTimeout(30);
    }
  }

  // Ghost text as it stands on the screen, its lines from top to bottom; '' when there is none.
  ghost() {
    return this.page.evaluate(() => {
      const rows = new Map();
      for (const part of document.querySelectorAll('.ghost-text, .ghost-text-decoration, .ghost-text-decoration-preview')) {
        if (part.querySelector('.ghost-text, .ghost-text-decoration')) continue;
        const { top, left } = part.getBoundingClientRect();
        const row = Math.round(top);
        rows.set(row, [...rows.get(row) ?? [], { left, text: part.textContent }]);
      }
      const lines = [...rows].sort((a, b) => a[0] - b[0]).map(([, parts]) => parts.sort((a, b) => a.left - b.left));
      return lines.map(parts => parts.map(part => part.text).join('')).join('\n').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
    });
  }

  async ghostIs(wanted) {
    let seen;
    await this.until(`ghost text ${JSON.stringify(wanted)}`, async () => (seen = await this.ghost()) === wanted)
      .catch(error => { throw new Error(`${error.message}; it is ${JSON.stringify(seen)}`); });
  }

  // The text of the editor that has the focus, as far as it is on the screen.
  lines() {
    return this.page.evaluate(() => {
      const rows = [...document.querySelectorAll('.editor-group-container.active .monaco-editor .view-lines .view-line')];
      return rows.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .map(row => row.textContent.replaceAll('\u00a0', ' ').replaceAll('\u200b', '').trimEnd()).join('\n').trimEnd().split('\n');
    });
  }

  type(text) { return this.keys.type(text, { delay: 15 }); }

  async press(...keys) { for (const key of keys) await this.keys.press(key); }

  // A menu with that title: waits for its row, and takes it.
  async choose(title, row) {
    const list = '.quick-input-widget:visible .monaco-list-row';
    await this.until(`menu "${title}"`, async () => await this.page.locator('.quick-input-title').innerText() === title
      && await this.page.locator(`${list}[aria-label*="${row}"]`).count() > 0);
    await this.pick(row, row);
  }

  // Quick open and the palette: types into the input and takes the row with that name.
  async pick(text, row) {
    await this.page.waitForSelector('.quick-input-widget input', { state: 'visible', timeout: this.patience });
    if (text) await this.type(text);
    await this.page.waitForSelector(`.quick-input-list .monaco-list-row.focused[aria-label*="${row}"]`, { timeout: this.patience });
    await this.keys.press('Enter');
  }

  read(name) { return fs.readFileSync(path.join(this.folder, name), 'utf8'); }

  // Opens a file of the folder, with the cursor behind the first `mark`.
  async openFile(name, mark) {
    await this.keys.press('Control+p');
    await this.pick(name, name);
    // Its tab is there before it has the keys: those would go to the file before.
    await this.until(`${name} has the keys`, () => this.page.evaluate(
      end => !!document.activeElement?.closest('.monaco-editor')?.dataset.uri?.endsWith(end), `/${name}`));
    const before = this.read(name).split(mark)[0] + mark;
    const lines = before.split(/\r?\n/), columns = [...lines.at(-1)].length;
    const place = `Ln ${lines.length}, Col ${columns + 1}`;
    const there = async () =>
      (await this.page.evaluate(() => document.getElementById('status.editor.selection')?.innerText ?? '')).includes(place);
    // A key may still go to the list that is closing, where the file was open already.
    await this.until(`the cursor is at ${place}`, async () => {
      await this.press('Control+Home', ...Array(lines.length - 1).fill('ArrowDown'), ...Array(columns).fill('ArrowRight'));
      for (const end = Date.now() + 3000; Date.now() < end; await this.page.waitForTimeout(30)) if (await there()) return true;
      return false;
    });
  }

  async command(title) {
    await this.keys.press('F1');
    await this.pick(title, title);
  }

  // Saves, and waits until `good` says so of what is in the file; returns what is.
  async save(name, good) {
    await this.keys.press('Control+s');
    await this.until(`${name} is saved`, () => good(this.read(name))).catch(() => {});
    return this.read(name);
  }

  // What the status bar item of the extension says.
  status() {
    return this.page.evaluate(() => document.getElementById('fimd.fimd.fimd.status')?.getAttribute('aria-label') ?? '');
  }

  statusBar() { return this.page.locator('.part.statusbar').innerText(); }

  async statusSays(pattern, patience = this.patience) {
    let seen;
    await this.until(`status ${pattern}`, async () => pattern.test(seen = await this.status()), patience)
      .catch(error => { throw new Error(`${error.message}; it is ${JSON.stringify(seen)}`); });
  }

  notifications() {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  // Back to an editor without a menu, list or ghost text, whatever went wrong before.
  async calm() { await this.press('Escape', 'Escape', 'Escape'); }
}

export const patienceAtStart = first;
