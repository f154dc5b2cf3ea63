// One connection of the protocol's own client library to a fimd process over stdio. Uses the packages in $FIMD_NPM.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(process.env.FIMD_NPM + '/');
export const P = require('vscode-languageserver-protocol/node');
export const { TextDocument } = require('vscode-languageserver-textdocument');

export function check(what, good, seen) {
  console.log(`${good ? 'ok' : 'not ok'} ${what}${good || seen === undefined ? '' : '  # ' + JSON.stringify(seen)}`);
  return good;
}

// Asks again until the answer has items: the first requests of a process may come before it knows its model. In between
// something is typed and taken back, since the same text is not asked twice. Gives the last answer in any case.
export async function until_items(document, ask) {
  const end = Date.now() + 15000;
  for (;;) {
    const answer = await ask();
    if (answer?.items?.length > 0 || Date.now() > end) return answer;
    const last = document.positionAt(document.text.length);
    await document.insert(last, 'x');
    await document.change([{ range: { start: last, end: { line: last.line, character: last.character + 1 } }, text: '' }]);
  }
}

// What a modern editor announces; `inline: false` is one without inline completion.
export function capabilities({ inline = true } = {}) {
  return {
    general: { positionEncodings: ['utf-16'] },
    workspace: { workspaceFolders: true },
    textDocument: {
      synchronization: { didSave: true },
      completion: { completionItem: { snippetSupport: true, insertReplaceSupport: false } },
      ...(inline ? { inlineCompletion: { dynamicRegistration: true } } : {}),
    },
  };
}

// Starts fimd with the arguments in FIMD_ARGUMENTS. Any message that the library cannot read, and any request of the server, is kept in `trouble`.
export function start() {
  const process_ = spawn(process.env.FIMD, JSON.parse(process.env.FIMD_ARGUMENTS ?? '["--stdio"]'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = P.createProtocolConnection(
    new P.StreamMessageReader(process_.stdout), new P.StreamMessageWriter(process_.stdin));
  const trouble = [], shown = [];
  connection.onError(error => trouble.push(String(error[0])));
  connection.onUnhandledNotification(message => trouble.push('unknown notification ' + message.method));
  connection.onNotification(P.LogMessageNotification.type, () => {});
  connection.onNotification(P.ShowMessageNotification.type, message => shown.push(message.message));
  const exit = new Promise(done => process_.on('exit', (code, signal) => done(code ?? signal)));
  connection.listen();
  return { connection, exit, trouble, shown, process: process_ };
}

export async function initialize(session, options = {}) {
  const result = await session.connection.sendRequest(P.InitializeRequest.type, {
    processId: process.pid, rootUri: null, workspaceFolders: null, clientInfo: { name: 'fimd e2e' },
    capabilities: capabilities(options), initializationOptions: options.settings,
  });
  await session.connection.sendNotification(P.InitializedNotification.type, {});
  return result;
}

// A document that the test and the server both hold; changes are sent as the library's own text document applies them.
export async function open(session, uri, language, text) {
  let document = TextDocument.create(uri, language, 1, text);
  await session.connection.sendNotification(P.DidOpenTextDocumentNotification.type,
    { textDocument: P.TextDocumentItem.create(uri, language, 1, text) });
  return {
    get text() { return document.getText(); },
    positionAt: offset => document.positionAt(offset),
    offsetAt: position => document.offsetAt(position),
    async change(contentChanges) {
      // Made anew from its text: its own table of lines goes wrong when an edit joins a CR and an LF (1.0.12).
      const text = TextDocument.update(document, contentChanges, document.version + 1).getText();
      document = TextDocument.create(uri, language, document.version, text);
      await session.connection.sendNotification(P.DidChangeTextDocumentNotification.type,
        { textDocument: { uri, version: document.version }, contentChanges });
    },
    async insert(position, inserted) { await this.change([{ range: { start: position, end: position }, text: inserted }]); },
    ask: (position, token, triggerKind = P.InlineCompletionTriggerKind.Automatic) =>
      session.connection.sendRequest(P.InlineCompletionRequest.type,
        { textDocument: { uri }, position, context: { triggerKind } }, token),
  };
}

export async function stop(session) {
  await session.connection.sendRequest(P.ShutdownRequest.type);
  await session.connection.sendNotification(P.ExitNotification.type);
  return session.exit;
}
