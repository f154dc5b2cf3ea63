// Editors that cannot be had for a test, each by what is known of its client: how its configuration (editors/others) names
// the server, what it announces, asks and leaves unanswered, and how it puts an answer into the text.
import fs from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Session, check } from './session.mjs';

const others = process.env.FIMD_ROOT + '/editors/others/';
const config = name => JSON.parse(fs.readFileSync(others + name, 'utf8'));
const answer = process.env.FIMD_ANSWER;
const folder = 'file://' + process.env.FIMD_WORK + '/project';
const literals = { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source'] } } };
const supported_modes = list => ({ completionItem: { snippetSupport: true, insertTextModeSupport: { valueSet: list } } });

// Of the server's requests: nothing is configured, registrations are taken, progress may be shown.
const unset = { 'workspace/configuration': params => params.items.map(() => null) };
const registers = { 'client/registerCapability': () => null };
const progress = { 'window/workDoneProgress/create': () => null };

// server: { command, options } from the configuration. params: of initialize. answers: what the client gives to requests of
// the server; a request that is not there, it does not understand. context: of a completion request.
const editors = {
  coc: () => {
    const { command, args, initializationOptions } = config('coc-settings.json').languageserver.fimd;
    return {
      server: { command: [command, ...args], options: initializationOptions },
      params: { clientInfo: { name: 'coc.nvim', version: '0.0.82' }, rootUri: folder, workspaceFolders: [{ uri: folder, name: 'project' }],
        capabilities: { general: { positionEncodings: ['utf-16'] }, window: { workDoneProgress: true },
          workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
          textDocument: { inlineCompletion: { dynamicRegistration: true }, completion: supported_modes([1, 2]) } } },
      answers: { ...unset, ...registers, ...progress },
      inline: true,
    };
  },
  Kate: () => {
    const server = config('kate-lspclient.json').servers.fimd;
    return {
      server: { command: server.command, options: server.initializationOptions },
      params: { rootPath: null, rootUri: null, capabilities: { window: { workDoneProgress: true },
        textDocument: { completion: { completionItem: { snippetSupport: false } }, codeAction: literals } } },
      answers: progress,
      hasty_exit: true,
    };
  },
  'Sublime Text': () => {
    const client = config('LSP.sublime-settings').clients.fimd;
    return {
      server: { command: client.command, options: client.initializationOptions },
      params: { clientInfo: { name: 'Sublime Text LSP', version: '2.9.0' }, rootUri: null, rootPath: null, workspaceFolders: null,
        capabilities: { general: { positionEncodings: ['utf-16'], staleRequestSupport: { cancel: true, retryOnContentModified: [] } },
          window: { workDoneProgress: true }, workspace: { applyEdit: true, configuration: true, workspaceFolders: true },
          textDocument: { completion: supported_modes([2]), codeAction: literals } } },
      answers: { 'workspace/configuration': params => params.items.map(() => ({})), ...progress },
      context: { triggerKind: 1 },
    };
  },
  Zed: () => {
    const { binary, initialization_options } = config('zed-settings.json').lsp.pylsp;
    return {
      server: { command: [binary.path, ...binary.arguments], options: initialization_options },
      params: { clientInfo: { name: 'Zed', version: '1.0.0' }, rootUri: folder, workspaceFolders: [{ uri: folder, name: 'project' }],
        capabilities: { general: { positionEncodings: ['utf-16'] }, window: { workDoneProgress: true },
          workspace: { applyEdit: true, configuration: true, didChangeConfiguration: { dynamicRegistration: true },
            didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } },
          textDocument: { completion: { contextSupport: true, ...supported_modes([1, 2]) }, codeAction: literals } } },
      answers: { ...unset, ...registers, ...progress },
      context: { triggerKind: 1 },
    };
  },
  'Eclipse LSP4E': () => ({
    server: { command: ['fimd', '--stdio'], options: null },
    string_ids: true,
    params: { clientInfo: { name: 'Eclipse IDE', version: '4.40' }, rootUri: folder, workspaceFolders: [{ uri: folder, name: 'project' }],
      capabilities: { window: { workDoneProgress: true, showDocument: { support: true } },
        workspace: { applyEdit: true, configuration: true, didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } },
        textDocument: { completion: { contextSupport: true, ...supported_modes([1, 2]) }, codeAction: literals } } },
    answers: { ...unset, ...registers, ...progress },
    context: { triggerKind: 1 },
  }),
  'Visual Studio': () => ({
    server: { command: ['fimd', '--stdio'], options: null },
    params: { rootPath: folder.slice(7), rootUri: folder, capabilities: { workspace: { applyEdit: true },
      textDocument: { synchronization: {}, completion: { completionItem: { snippetSupport: false } } } } },
    answers: {},
    context: { triggerKind: 1 },
  }),
};

function nulls(value) {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some(nulls);
}

// Until the model is known: something typed and taken back lets the server ask it.
async function until_answered(session, document, ask) {
  for (const end = Date.now() + 15000; ;) {
    const items = await ask();
    if (items.some(item => JSON.stringify(item).includes(answer)) || Date.now() > end) return items;
    document.insert('x');
    document.take_back();
  }
}

async function run(name) {
  const editor = editors[name]();
  const say = (what, good, seen) => check(`${name}: ${what}`, good, seen);
  const session = new Session(editor);
  const { capabilities } = await session.initialize(editor.params, editor.server.options);
  const offered = editor.inline ? capabilities.inlineCompletionProvider === true && !capabilities.completionProvider : Boolean(capabilities.completionProvider);
  say(editor.inline ? 'is offered inline completion and no list beside it' : 'is offered a completion list', offered, capabilities);

  const document = session.open(folder + '/add.c', 'c', 'int add(int a, int b) {\n  /* \u{1F642} */ \n}\n', { line: 1, character: 11 });
  const ask = async () => editor.inline
    ? (await session.request('textDocument/inlineCompletion', { ...document.at(), context: { triggerKind: 2 } })).items
    : (await session.request('textDocument/completion', { ...document.at(), ...(editor.context && { context: editor.context }) })).items;
  await until_answered(session, document, ask);
  for (const key of 'ret') document.insert(key);
  const items = await ask();
  say('no member of an item is null', items.length > 0 && !items.some(nulls), items);
  const item = items[0] ?? {};
  const edit = editor.inline ? { range: item.range, newText: item.insertText } : item.textEdit;
  const typed = document.between(edit?.range.start);
  say('what it replaces is on the line, left of the cursor, and what it begins with', edit?.range.end.character === document.cursor.character
    && edit.newText.startsWith(typed) && (editor.inline || (item.filterText ?? item.label).startsWith(typed)), item);
  if (!editor.inline) {
    const modes = editor.params.capabilities.textDocument.completion.completionItem.insertTextModeSupport?.valueSet ?? [];
    say('indentation is told to be kept where the editor knows how, and only there', (item.insertTextMode === 1) === modes.includes(1), item);
  }
  document.apply(edit);
  say('taken, the line is complete', document.line(1) === '  /* \u{1F642} */ ' + answer, document.text);
  if (editor.inline) {
    document.replace_line('  /* \u{1F642} */ ret');
    const selected = { range: { start: { line: 1, character: 11 }, end: { line: 1, character: 14 } }, text: 'return' };
    const beside = (await session.request('textDocument/inlineCompletion', { ...document.at(), context: { triggerKind: 2, selectedCompletionInfo: selected } })).items;
    say('beside a menu, an item replaces what the menu replaces and begins with its entry', beside.length > 0 && beside.every(each =>
      isDeepStrictEqual(each.range, selected.range) && each.insertText === answer), beside);
  }
  say('nothing was asked that it does not understand', session.not_understood.length === 0, session.not_understood);
  say('every notification has params', session.without_params.length === 0, session.without_params);
  say('no message was shown', session.shown.length === 0, session.shown);
  say('the server ends', (await session.stop(editor.hasty_exit)) === 0);
}

for (const name of Object.keys(editors)) {
  try {
    await run(name);
  } catch (problem) {
    check(`${name}: the test ran to its end`, false, String(problem.stack ?? problem));
  }
}
process.exit(0);
