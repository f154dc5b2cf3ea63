// What a typed client sees of fimd: the shape of items, ids, cancellation, supersession, the completion fallback, exit.
// The model behind it gives FIMD_ANSWER to everything; FIMD_SETTINGS is the configuration that names it.
import { P, capabilities, check as checked, initialize, open, start, stop, until_items } from './session.mjs';
import { spawn } from 'node:child_process';

const answer = process.env.FIMD_ANSWER;
const label = process.env.FIMD_LABEL ?? 'stdio';
const check = (what, good, seen) => checked(`${label}: ${what}`, good, seen);
const settings = JSON.parse(process.env.FIMD_SETTINGS);
const source = 'int add(int a, int b) {\n  \n}\n';
const place = { line: 1, character: 2 };
const outcome = promise => promise.then(result => ({ result }), error => ({ code: error.code, message: error.message }));

// Members that are null break clients that read an absent member as absent (Neovim 0.12).
function nulls(value, path = '') {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => nulls(inner, `${path}/${key}`));
}

async function shapes() {
  const session = start();
  const init = await initialize(session, { settings });
  const offered = init.capabilities;
  check('inline completion is offered as the boolean', offered.inlineCompletionProvider === true, offered);
  check('no completion list beside it', offered.completionProvider === undefined, offered.completionProvider);
  check('positions are utf-16', (offered.positionEncoding ?? 'utf-16') === 'utf-16', offered.positionEncoding);
  check('changes are taken incrementally', (offered.textDocumentSync?.change ?? offered.textDocumentSync) === 2, offered.textDocumentSync);
  check('no member of the capabilities is null', nulls(init).length === 0, nulls(init));

  const document = await open(session, 'file:///nowhere/add.c', 'c', source);
  const list = await until_items(document, () => document.ask(place));
  const items = list?.items ?? [];
  check('the answer is an InlineCompletionList', Array.isArray(list?.items), list);
  check('its text is what the model said', items[0]?.insertText === answer, items);
  check('the range ends at the cursor, on its line', items.every(item => P.Range.is(item.range)
    && item.range.start.line === place.line && item.range.start.character <= place.character
    && item.range.end.line === place.line && item.range.end.character === place.character), items);
  check('no member of the list is null', nulls(list).length === 0, nulls(list));
  const command = items[0]?.command;
  check('its command is one that the server registered', P.Command.is(command)
    && offered.executeCommandProvider?.commands.includes(command.command), command);
  if (command) {
    const done = await outcome(session.connection.sendRequest(P.ExecuteCommandRequest.type,
      { command: command.command, arguments: command.arguments }));
    check('telling of acceptance succeeds', 'result' in done, done);
  }

  await document.insert(place, answer.slice(0, 3));
  const rest = (await document.ask({ line: 1, character: 5 })).items[0];
  const line = '  ' + answer.slice(0, 3);
  check('typing its beginning leaves the rest', rest !== undefined
    && line.slice(0, rest.range.start.character) + rest.insertText === '  ' + answer, rest);
  const invoked = await document.ask({ line: 1, character: 5 }, undefined, P.InlineCompletionTriggerKind.Invoked);
  check('an explicit request is answered too', invoked.items.length > 0, invoked);

  const wide = await open(session, 'file:///nowhere/wide.c', 'c', 'char *s = "\u{1F642}\u00e9";  ');
  const behind = (await wide.ask({ line: 0, character: 17 })).items[0];
  check('columns are utf-16 units', behind?.range.end.character === 17 && behind.insertText.endsWith(answer), behind);

  const outside = await outcome(document.ask({ line: 900, character: 3 }));
  check('a position outside the text is no error', 'result' in outside, outside);
  const closed = await outcome(session.connection.sendRequest(P.InlineCompletionRequest.type,
    { textDocument: { uri: 'file:///nowhere/never.c' }, position: place, context: { triggerKind: 2 } }));
  check('nor is a file that was never opened', 'result' in closed || closed.code < 0, closed);
  const unknown = await outcome(session.connection.sendRequest('no/such', {}));
  check('an unknown method is told so', unknown.code === -32601, unknown);
  check('the client library found nothing wrong', session.trouble.length === 0, session.trouble);
  check('it ends with code 0 after shutdown and exit', (await stop(session)) === 0);
}

async function hurry() {
  const session = start();
  await initialize(session, { settings });
  const document = await open(session, 'file:///nowhere/add.c', 'c', source);

  const source_ = new P.CancellationTokenSource();
  const cancelled = outcome(document.ask(place, source_.token));
  source_.cancel();
  const end = await cancelled;
  check('a cancelled request is answered once, as an answer or as cancelled',
    'result' in end || [P.LSPErrorCodes.RequestCancelled, P.LSPErrorCodes.ServerCancelled].includes(end.code), end);

  // Twelve keys, each with a change and a request, none cancelled, as Neovim does.
  const typed = 'if (a < b) {';
  const waiting = [];
  for (let i = 0; i < typed.length; i++) {
    await document.insert({ line: 1, character: 2 + i }, typed[i]);
    waiting.push(outcome(document.ask({ line: 1, character: 3 + i })));
  }
  const ends = await Promise.all(waiting);
  check('a burst of twelve requests is answered twelve times without an error', ends.every(one => 'result' in one),
    ends.filter(one => !('result' in one)));
  // An answer may only say what follows the text at its own position.
  const misplaced = ends.flatMap((one, i) => (one.result?.items ?? []).filter(item =>
    item.range.end.character !== 3 + i || item.range.end.line !== 1));
  check('each item belongs to the position of its request', misplaced.length === 0, misplaced);

  await document.change([{ range: { start: { line: 1, character: 0 }, end: { line: 1, character: 99 } }, text: '  ' }]);
  const after = (await until_items(document, () => document.ask(place))).items[0];
  check('the next request gets the model\'s text', after?.insertText === answer, after);
  check('the client library found nothing wrong in the burst', session.trouble.length === 0, session.trouble);
  session.process.stdin.end();
  const code = await session.exit;
  check('it ends when its input ends', code === 0 || code === 1, code);
}

async function fallback() {
  const session = start();
  const init = await initialize(session, { settings, inline: false });
  check('a client without inline completion gets a completion list', init.capabilities.completionProvider !== undefined, init.capabilities);
  const text = 'int add(int a, int b) {\n  ret\n}\n';
  const document = await open(session, 'file:///nowhere/list.c', 'c', text);
  const list = await until_items(document, () => session.connection.sendRequest(P.CompletionRequest.type,
    { textDocument: { uri: 'file:///nowhere/list.c' }, position: { line: 1, character: 5 }, context: { triggerKind: 1 } }));
  const items = list?.items ?? [];
  check('the list is incomplete, so that the client asks again', list?.isIncomplete === true, list);
  check('it has items of the protocol\'s shape', items.length > 0 && items.every(item => typeof item.label === 'string' && P.TextEdit.is(item.textEdit)), items);
  check('none is preselected', items.every(item => item.preselect !== true), items);
  for (const item of items) {
    const edit = item.textEdit;
    const begin = edit?.range.start.character;
    const replaced = '  ret'.slice(begin, 5);
    check(`"${item.label}" matches what it replaces`, edit?.range.end.character === 5 && edit.range.start.line === 1
      && (item.filterText ?? item.label).startsWith(replaced) && edit.newText.startsWith(replaced), item);
  }
  check('no member of the list is null in the fallback', nulls(list).length === 0, nulls(list));
  check('the fallback ends with code 0', (await stop(session)) === 0);
}

// The library only sends numbers as ids; some clients send strings, and want the same type back.
async function ids() {
  const server = spawn(process.env.FIMD, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = [];
  let bytes = Buffer.alloc(0), arrived = () => {};
  server.stdout.on('data', more => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      const length = head < 0 ? 0 : Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))[1]);
      if (head < 0 || bytes.length < head + 4 + length) return arrived();
      answers.push(JSON.parse(bytes.toString('utf8', head + 4, head + 4 + length)));
      bytes = bytes.subarray(head + 4 + length);
    }
  });
  const send = message => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const answer_to = id => new Promise(done => {
    arrived = () => { const found = answers.find(one => one.id === id && one.method === undefined); if (found) done(found); };
    arrived();
  });
  send({ id: 'first', method: 'initialize', params: { processId: null, rootUri: null, capabilities: capabilities(), initializationOptions: settings } });
  check('a string id comes back as a string', (await answer_to('first')).result !== undefined);
  send({ method: 'initialized', params: {} });
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri: 'file:///nowhere/id.c', languageId: 'c', version: 1, text: source } } });
  for (const id of ['7', 7, 0, '\u00e9 "x"']) {
    send({ id, method: 'textDocument/inlineCompletion', params: { textDocument: { uri: 'file:///nowhere/id.c' }, position: place, context: { triggerKind: 2 } } });
    const got = await answer_to(id);
    check(`id ${JSON.stringify(id)} comes back as it was sent`, got.result?.items !== undefined, got);
  }
  const answered = answers.filter(one => one.method === undefined).map(one => JSON.stringify(one.id));
  check('each was answered once', new Set(answered).size === answered.length, answered);
  const exit = new Promise(done => server.on('exit', done));
  send({ method: 'exit' });
  check('exit without shutdown ends with code 1', (await exit) === 1);
}

const all = { shapes, hurry, fallback, ids };
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(all)) {
  try {
    await all[name]();
  } catch (error) {
    check(`${name} ran to its end`, false, String(error.stack ?? error));
  }
}
process.exit(0);
