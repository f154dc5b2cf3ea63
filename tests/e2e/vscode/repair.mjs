// Repairs: from a diagnostic of another extension through the light bulb to the changed text, and back by undo.
import { messages, serverPids, told } from './outside.mjs';

// What the scripted chat model answers, one after the other, in the order of the steps below.
const edit = (from, to) => ({ call: 'edit_file', arguments: { path: 'page.css', old_string: from, new_string: to } });
export const script = [
  edit('colr: red', 'color: red'), { say: 'The property was misspelt.' },
  edit('margin: 1px 1px 1px 1px', 'margin: 1px'), { say: 'One value says the same.' },
  { hang: true }, { hang: true },
  ...[1, 2].flatMap(() => [
    { call: 'run_command', arguments: { argv: ['sh', '-c', 'echo from the jail'], reason: 'to look' } },
    { say: 'I see nothing wrong.' }, { say: 'I see nothing wrong.' }]),
];

const before = 'a {\n  colr: red;\n  margin: 1px 1px 1px 1px;\n}\n';
export const files = { 'page.css': before };

// Opens the menu of code actions at the cursor and takes the one that begins so.
async function take(t, title, ...select) {
  const { editor } = t;
  const row = editor.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  // The menu closes again when something about the text comes in just then.
  await editor.until(`the menu has "${title}"`, async () => {
    await editor.press(...select, 'Control+.');
    return row.waitFor({ state: 'visible', timeout: 3000 }).then(() => true, () => editor.press('Escape').then(() => false));
  });
  await editor.shot(`repair-${title.split(/\W/)[0].toLowerCase()}`);
  await row.click();
}

async function textIs(t, wanted) {
  let seen;
  await t.editor.until('', async () => (seen = (await t.editor.lines()).join('\n')) === wanted.trimEnd())
    .catch(() => { throw new Error(`the text is ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`); });
}

export async function from_a_diagnostic(t) {
  const { editor } = t;
  await editor.openFile('page.css', 'colr');
  await editor.page.waitForSelector('.squiggly-warning', { timeout: editor.patience, state: 'attached' });
  await take(t, 'Fix: Unknown property');
  await textIs(t, before.replace('colr', 'color'));
  t.check("the light bulb's repair changes the text", true);
  t.same('and not the file', editor.read('page.css'), before);
  const told = messages(message => message.method === 'textDocument/codeAction' && message.params.context.diagnostics.length > 0).at(-1);
  t.same("the server is told of another extension's diagnostic", told?.params.context.diagnostics[0].source, 'css');
  await editor.press('Control+z');
  await textIs(t, before);
  t.check('one undo takes it back', true);
}

export async function in_own_words(t) {
  const { editor } = t;
  await editor.openFile('page.css', 'colr: red;');
  await editor.page.waitForSelector('.squiggly-warning', { timeout: editor.patience, state: 'attached' });
  await editor.press('ArrowDown');
  await take(t, 'Rewrite...', 'Home', 'Shift+End');
  await editor.page.waitForSelector('.quick-input-widget input', { state: 'visible', timeout: editor.patience });
  await editor.type('shorter');
  await editor.press('Enter');
  await textIs(t, before.replace('1px 1px 1px 1px', '1px'));
  t.check('a selection is rewritten as asked in an input box', true);
  const order = messages(message => message.method === 'workspace/executeCommand' && message.params.command === 'fimd.fix').at(-1);
  t.same('with those words', order?.params.arguments[0].message, 'shorter');
  await editor.press('Control+z');
  await textIs(t, before);
}

export async function cancelled(t) {
  const { editor } = t;
  await editor.openFile('page.css', 'colr');
  await take(t, 'Fix: Unknown property');
  const button = editor.page.locator('.notification-toast .monaco-button', { hasText: 'Cancel' }).first();
  await button.waitFor({ state: 'visible', timeout: editor.patience });
  await editor.shot('repair-progress');
  await button.click();
  await editor.until('the server is told to stop', async () => messages(message => message.method === 'window/workDoneProgress/cancel').length > 0);
  await button.waitFor({ state: 'detached', timeout: editor.patience });
  t.same('a repair that is cancelled changes nothing', (await editor.lines()).join('\n'), before.trimEnd());
}

export async function with_the_server(t) {
  const { editor } = t;
  await editor.openFile('page.css', 'colr');
  await take(t, 'Fix: Unknown property');
  const button = editor.page.locator('.notification-toast .monaco-button', { hasText: 'Cancel' }).first();
  await button.waitFor({ state: 'visible', timeout: editor.patience });
  const starts = serverPids().length;
  await editor.command('fimd: Restart the Server');
  await button.waitFor({ state: 'detached', timeout: editor.patience });
  await editor.until('another server', () => serverPids().length > starts);
  await editor.statusSays(/^fimd: ready/);
  t.check('a command starts the server anew, and the progress of its repair is gone', true);
}

// The model wants to run a command: the user is asked, and it is told what came of it.
async function consent(t, button, answer) {
  const { editor } = t;
  await editor.openFile('page.css', 'colr');
  await take(t, 'Fix: Unknown property');
  // Notifications without the look of an error hide after seconds.
  const choice = editor.page.locator('.notification-toast:has(.codicon-error) .monaco-button', { hasText: new RegExp(`^${button}$`) });
  await choice.waitFor({ state: 'visible', timeout: editor.patience });
  await editor.shot('repair-consent');
  const earlier = told().length;
  await choice.click();
  await editor.until('a message says why', async () => (await editor.notifications()).some(text => text.includes('I see nothing wrong.')));
  const since = told().slice(earlier);
  t.check(`a command of the model is ${button === 'No' ? 'not run' : 'run'} where the user chooses "${button}"`, since.some(text => answer.test(text)), since);
}

export async function asks_to_run(t) { await consent(t, 'Run it', /(^|\n)from the jail\n/); }

export async function without_a_fix(t) {
  const { editor } = t;
  await editor.command('Notifications: Clear All Notifications');
  await consent(t, 'No', /did not agree/);
  t.check('a repair that comes to nothing says why', true);
  t.same('and changes nothing', (await editor.lines()).join('\n'), before.trimEnd());
  await editor.command('Notifications: Clear All Notifications');
}
