// The status bar item, its menu, and trouble: a slow model, one that fails, a server that is killed, no server at all.
import fs from 'node:fs';
import { allAnswered, asked, messages, model, modelRequests, serverPids } from './outside.mjs';

const answer = 'return a - b;';
const edge = 'def edge(shape):\n    width = shape.get("width")\n    hei';
const body = name => `int ${name}(int a, int b) {\n  \n}\n`;
const filled = name => files[name].replace('\n  \n', `\n  ${answer}\n`);
export const files = {
  'slow.c': body('slow'), 'paused.c': body('paused'), 'failing.c': body('failing'), 'killed.c': body('killed'), 'shared.c': body('shared'), 'real.c': body('real'), 'again.c': body('again'),
  'wrong.json': '{ "a": }\n', 'alone.py': [
    'def area(shape):', '    width = shape.get("width")', '    height = shape.get("height")', '    return width * height', '', '',
    edge, ''].join('\n'),
};

async function menu(t, row) {
  await t.editor.page.click('[id="fimd.fimd.fimd.status"]');
  await t.editor.choose('fimd', row);
}

export async function ready(t) {
  await t.editor.statusSays(/^fimd: ready, model/, t.patienceAtStart);
  t.check('the status bar says "ready" and names the provider', true);
}

export async function thinking(t) {
  await model({ answer, first_ms: 60000 });
  await t.editor.openFile('slow.c', '{\n  ');
  await t.editor.type('x');
  await t.editor.statusSays(/^fimd: thinking/);
  t.check('the status bar says "thinking" while a model is slow', true);
  await model({ answer, first_ms: 0 });
  await t.editor.press('Backspace');
  await t.editor.ghostIs(answer);
  await t.editor.statusSays(/^fimd: ready, model, last suggestion \d+ ms/);
  t.check('and then how long the last suggestion took', true, await t.editor.status());
  await t.editor.shot('status');
}

export async function paused(t) {
  const { editor } = t;
  await model({ answer });
  await editor.openFile('paused.c', '{\n  ');
  await menu(t, 'Pause');
  await editor.statusSays(/^fimd: paused/);
  t.check('the menu behind the status bar item pauses', true);
  await editor.shot('paused');
  const calls = modelRequests().length, questions = asked().length;
  await editor.type('x');
  await editor.press('Backspace');
  await editor.until('the editor asks and is answered', () => asked().length > questions && allAnswered());
  t.check('nothing is shown and no model asked while paused', await editor.ghost() === '' && modelRequests().length === calls);
  await menu(t, 'Resume');
  await editor.statusSays(/^fimd: ready/);
  await t.coax(answer);
  t.check('and resumes', true);
  await editor.press('Escape');
}

export async function explained(t) {
  const { editor } = t;
  await editor.press('Control+Alt+/');
  await editor.page.waitForSelector('.quick-input-list .monaco-list-row', { timeout: editor.patience });
  const rows = await editor.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
  t.check('a key explains the last suggestion', /shown from model in [\d.]+ ms/.test(rows.join('\n')), rows);
  await editor.shot('explained');
  await editor.press('Escape');
}

export async function commands(t) {
  const { editor } = t;
  await editor.command('fimd: Pause or Resume');
  await editor.statusSays(/^fimd: paused/);
  await editor.command('fimd: Pause or Resume');
  await editor.statusSays(/^fimd: ready/);
  await editor.command('fimd: Statistics');
  await editor.until('figures', async () => /"[a-z_]+": /.test((await editor.lines()).join('\n')));
  await editor.shot('statistics');
  await editor.command('View: Revert and Close Editor');
  await editor.command('fimd: Show Log');
  // Its lines need a native module of the editor, which this installation is without.
  await editor.until('the log', async () => /\bfimd\b/.test(await editor.page.locator('.part.panel select').first().evaluate(all => all.selectedOptions[0]?.text ?? '')));
  await editor.shot('log');
  await editor.command('View: Toggle Panel Visibility');
  t.check('commands of the palette pause, resume, and show figures and the log', true);
}

export async function degraded(t) {
  const { editor } = t;
  await model({ answer, scenario: '500' });
  await editor.openFile('failing.c', '{\n  ');
  for (let n = 0; n < 3; n++) {
    const questions = asked().length;
    await editor.type('x');
    await editor.until('the editor asks and is answered', () => asked().length > questions && allAnswered());
  }
  await editor.statusSays(/^fimd: degraded.*model/);
  t.check('the status bar says why when a model fails', true, await editor.status());
  t.same('and nothing pops up', await editor.notifications(), []);
  await editor.shot('degraded');
  await model({ answer, scenario: 'ok' });
  await editor.until('the model is asked again', async () => {
    await editor.type('y');
    await editor.page.waitForTimeout(200);  // a key now and then, as long as the provider is left alone
    return /^fimd: ready/.test(await editor.status());
  });
  t.check('and that all is well when it answers again', true);
}

export async function killed(t) {
  const { editor } = t;
  await model({ answer });
  for (const [round, name] of ['killed.c', 'again.c'].entries()) {
    await editor.openFile(name, '{\n  ');
    const starts = serverPids().length;
    process.kill(serverPids().at(-1), 'SIGKILL');
    await editor.until('another server', () => serverPids().length > starts);
    await editor.until('it is initialized', () => messages(message => message.method === 'initialized').length > starts);
    await editor.statusSays(/^fimd: ready/);
    await t.coax(answer);
    await t.accepted(`a server that was killed is started again and works${round ? ', the second time too' : ''}`, name, filled(name));
  }
  t.same('and nothing pops up then either', await editor.notifications(), []);
  await editor.until('the end of indexing', async () => !/indexing/.test(await editor.statusBar()));
  t.check('and the status bar does not speak of indexing for ever', true);
}

export async function alone(t) {
  const { editor } = t;
  await menu(t, 'Choose provider');
  await editor.choose('fimd: the provider to ask first', 'builtin');
  await editor.statusSays(/^fimd: ready, builtin/);
  t.check('the menu chooses a provider', true);
  await editor.openFile('alone.py', edge);
  await editor.until('every request is answered', allAnswered);
  const calls = modelRequests().length;
  await t.coax('ght = shape.get("height")');
  await editor.shot('builtin');
  await t.accepted('the built-in model works without a server', 'alone.py', files['alone.py'].replace(/hei\n$/, 'height = shape.get("height")\n'));
  t.same('no model server was asked', modelRequests().length, calls);
  const settings = messages(message => /\/settings\.json$/.test(message.params?.textDocument?.uri ?? ''));
  t.same('and the settings file that the choice was written to is not taken for one that is typed in', settings, []);
}

export async function checked(t) {
  await t.editor.openFile('wrong.json', '}');
  await t.editor.page.waitForSelector('.squiggly-error', { state: 'attached', timeout: t.patienceAtStart });  // its checker may still be starting
  const told = () => messages(message => message.method === 'fimd/diagnostics' && message.params.uri.endsWith('/wrong.json'));
  await t.editor.until('the server is told', () => told().some(message => message.params.diagnostics.length > 0));
  t.same('the server is told what a checker says', told().at(-1).params.diagnostics[0].range.start, { line: 0, character: 7 });
}

export async function walkthrough(t) {
  const { editor } = t;
  await editor.command('Welcome: Open Walkthrough');
  await editor.pick('Start with fimd', 'Start with fimd');
  await editor.page.waitForSelector('.getting-started-step', { timeout: editor.patience });
  const steps = await editor.page.locator('.getting-started-step .step-title').allInnerTexts();
  t.same('the walkthrough has its steps', steps, ['The server', 'A model', 'The keys']);
  await editor.shot('walkthrough');
}

// Changes one of the machine's settings, the file whole at once; returns what it was.
const settingsNow = () => JSON.parse(fs.readFileSync(process.env.FIMD_MACHINE_SETTINGS, 'utf8'));

function set(key, value) {
  const file = process.env.FIMD_MACHINE_SETTINGS;
  const settings = settingsNow();
  fs.writeFileSync(`${file}.new`, JSON.stringify({ ...settings, [key]: value }, null, 2));
  fs.renameSync(`${file}.new`, file);
  return settings[key];
}

export async function real(t) {
  const { editor } = t;
  const providers = settingsNow()['fimd.providers'];
  set('fimd.providers', { ...providers, model: { kind: 'llama.cpp', url: process.env.FIMD_REAL_URL } });
  await model({ scenario: '500' });
  await editor.openFile('real.c', '{\n  ');
  await t.coax(process.env.FIMD_REAL_ANSWER);
  await t.accepted('ghost text of a real llama-server is taken', 'real.c', files['real.c'].replace('\n  \n', `\n  ${process.env.FIMD_REAL_ANSWER}\n`));
  await editor.shot('real');
  set('fimd.providers', providers);
  await model({ scenario: 'ok' });
  await editor.statusSays(/^fimd: ready/);
}

export async function shared(t) {
  const { editor } = t;
  await model({ answer });
  set('fimd.server.connect', `unix:${process.env.FIMD_SOCKET}`);
  await editor.until('a daemon', () => fs.existsSync(process.env.FIMD_SOCKET));
  await editor.statusSays(/^fimd: ready, model/);
  await editor.openFile('shared.c', '{\n  ');
  await t.coax(answer);
  await t.accepted('ghost text comes from a daemon that windows can share', 'shared.c', filled('shared.c'));
  const starts = serverPids().length;
  set('fimd.server.connect', '');
  await editor.until('a server of its own', () => serverPids().length > starts);
  await editor.statusSays(/^fimd: ready/);
}

export async function missing(t) {
  const { editor } = t;
  const path = set('fimd.server.path', '/nowhere/fimd');
  await editor.statusSays(/^fimd: not installed \(.*\/nowhere\/fimd/);
  t.check('the status bar says when the program is missing', true);
  await editor.until('a message', async () => (await editor.notifications()).length > 0);
  t.check('one message offers the settings', (await editor.notifications()).length === 1, await editor.notifications());
  await editor.shot('missing');
  await editor.press('Escape');
  await editor.command('Notifications: Clear All');
  set('fimd.server.path', path);
  await editor.statusSays(/^fimd: ready/);
  t.check('and it starts when the setting is right again', true);
}

export async function dying(t) {
  const { editor } = t;
  const path = set('fimd.server.path', '/bin/false');
  await editor.statusSays(/^fimd: not running \(the server ends again and again/, 60000);  // its sixth death comes after 8 s
  const told = await editor.until('a message', async () => (await editor.notifications()).length && editor.notifications());
  t.check('a server that dies at each start is one message, not one each time', told.length === 1 && /again and again/.test(told[0]), told);
  await editor.shot('dying');
  await editor.command('Notifications: Clear All');
  set('fimd.server.path', path);
  await editor.statusSays(/^fimd: ready/);
  t.check('and all is well when the right one is there', true);
}
