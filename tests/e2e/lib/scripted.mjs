// usage: node scripted.mjs
// A language server that is all script, for what an editor does with answers that fimd gives rarely or not yet. The line
// of the cursor is completed by those of FIMD_CANDIDATES (a JSON list of texts) that begin with what stands in it: the
// first one, or all when they are asked for explicitly. A code action is named after the diagnostics it was given.
import { read, write } from './frames.mjs';

const candidates = JSON.parse(process.env.FIMD_CANDIDATES);
const documents = new Map();  // uri -> lines

function change(lines, { range, text }) {
  if (!range) return text.split('\n');
  const { start, end } = range;
  const head = [...lines.slice(0, start.line), (lines[start.line] ?? '').slice(0, start.character)].join('\n');
  const tail = [(lines[end.line] ?? '').slice(end.character), ...lines.slice(end.line + 1)].join('\n');
  return (head + text + tail).split('\n');
}

function complete({ textDocument, position, context }) {
  const before = (documents.get(textDocument.uri)[position.line] ?? '').slice(0, position.character);
  const typed = before.trimStart();
  const range = { start: { line: position.line, character: before.length - typed.length }, end: position };
  const items = candidates.filter(text => text.startsWith(typed) && text !== typed)
    .map(text => ({ insertText: text, range, command: { title: 'taken', command: 'scripted.taken', arguments: [text] } }));
  return { items: context.triggerKind === 1 ? items : items.slice(0, 1) };
}

const requests = {
  initialize: () => ({ capabilities: { textDocumentSync: 2, inlineCompletionProvider: true, codeActionProvider: true,
    executeCommandProvider: { commands: ['scripted.taken'] } } }),
  'textDocument/inlineCompletion': complete,
  'textDocument/codeAction': params => params.context.diagnostics.map(each => ({ title: each.message, kind: 'quickfix' })),
};
const notifications = {
  'textDocument/didOpen': ({ textDocument }) => documents.set(textDocument.uri, textDocument.text.split('\n')),
  'textDocument/didChange': ({ textDocument, contentChanges }) => documents.set(textDocument.uri,
    contentChanges.reduce(change, documents.get(textDocument.uri))),
  exit: () => process.exit(0),
};

read(process.stdin, message => {
  if (message.method === undefined) return;
  if (message.id === undefined) notifications[message.method]?.(message.params);
  else write(process.stdout, { id: message.id, result: requests[message.method]?.(message.params) ?? null });
});
process.stdin.on('end', () => process.exit(0));
