// usage: node run.mjs URL FOLDER PROFILE SHOTS     (the variables are set by vscode.sh)
// Presses keys in a real VS Code and prints "ok WHAT" or "not ok WHAT" for each check.
import fs from 'node:fs';
import path from 'node:path';
import * as ghost from './ghost.mjs';
import { model } from './outside.mjs';
import * as popup from './popup.mjs';
import * as repair from './repair.mjs';
import * as state from './state.mjs';
import { patienceAtStart, Workbench } from './workbench.mjs';

const [url, folder, profile, shots] = process.argv.slice(2);
const only = process.env.FIMD_ONLY?.split(',');
const steps = [state.ready, ghost.first, ghost.by_key, ghost.several_lines, ghost.by_word, ghost.by_line, ghost.typed_along, ghost.dismissed,
  ghost.two_to_choose_from, ghost.beyond_ascii, ghost.line_ends, popup.beside_the_list, repair.from_a_diagnostic, repair.in_own_words,
  repair.cancelled, repair.with_the_server, repair.asks_to_run, repair.without_a_fix, state.thinking, state.paused,
  state.explained, state.commands, state.degraded, state.killed, state.real, state.shared, state.checked, state.walkthrough, state.alone, state.missing, state.dying];
const editor = new Workbench(shots);
const began = Date.now();

const t = {
  editor, patienceAtStart,
  check(what, good, seen) {
    const more = good || seen === undefined ? '' : `  # ${JSON.stringify(seen)}`;
    console.log(`${good ? 'ok' : 'not ok'} vscode: ${what}${more}`);
  },
  same(what, seen, wanted) { t.check(what, JSON.stringify(seen) === JSON.stringify(wanted), { seen, wanted }); },
  // Saves the file, which must then hold that.
  async saved(what, name, wanted) { t.same(what, await editor.save(name, text => text === wanted), wanted); },
  // Takes the ghost text; what comes after it may be on the screen before one looks.
  async accepted(what, name, wanted) {
    await editor.press('Tab');
    await t.saved(what, name, wanted);
  },
  // Makes the editor ask at the cursor without changing the text, and waits for that ghost text. Again after a while: a
  // process that has just started may not know its model at the first key.
  async coax(text, patience = editor.patience) {
    let seen = '';
    await editor.until(`ghost text ${JSON.stringify(text)}`, async () => {
      await editor.type('x');
      await editor.press('Backspace');
      for (const end = Date.now() + 5000; seen !== text && Date.now() < end;) {
        seen = await editor.ghost();
        await editor.page.waitForTimeout(30);
      }
      return seen === text;
    }, patience).catch(error => { throw new Error(`${error.message}; it is ${JSON.stringify(seen)}`); });
  },
};

// quick open does not see a file that was made a moment ago: all are there before the editor starts
for (const [name, text] of Object.entries({ ...ghost.files, ...popup.files, ...repair.files, ...state.files })) fs.writeFileSync(path.join(folder, name), text);

async function run(step) {
  try {
    await step(t);
  } catch (error) {
    t.check(`${step.name} ran to its end`, false, String(error.message ?? error).split('\n')[0]);
    await editor.shot(`failed-${step.name}`).catch(() => {});
    await model({ scenario: 'ok', first_ms: 0 }).catch(() => {});
    await editor.calm().catch(() => {});
  }
  console.log(`# ${step.name}: until ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

try {
  await editor.open(url, folder, profile);
  for (const step of steps) if (!only || only.includes(step.name)) await run(step);
  t.same('nothing was asked of another machine', editor.outside, []);
} catch (error) {
  t.check('the editor opens', false, String(error.message ?? error).split('\n')[0]);
  await editor.shot('failed').catch(() => {});
}
await editor.close().catch(() => {});
process.exit(0);
