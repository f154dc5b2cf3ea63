// What happens outside the editor: the scripted model server, the messages between editor and fimd, and fimd's process.
import fs from 'node:fs';

function lines(file) {
  const found = [];
  for (const line of fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []) {
    try { found.push(JSON.parse(line)); } catch { /* half written, or empty */ }
  }
  return found;
}

// Tells the model server what to answer from now on, e.g. { answer: 'x', scenario: '500', first_ms: 5 }.
export async function model(orders) {
  const reply = await fetch(`${process.env.FIMD_MODEL_URL}/control`, { method: 'PUT', body: JSON.stringify(orders) });
  if (!reply.ok) throw new Error(`the model server says ${reply.status}`);
}

// The requests for text that the model server has had.
export const modelRequests = () => lines(process.env.FIMD_MODEL_LOG)
  .filter(line => line.event === 'request' && ['/infill', '/completion'].includes(line.path));

const traffic = () => lines(process.env.FIMD_TAP_LOG);

// The messages between the editor and fimd, as the tap has recorded them.
export const messages = test => traffic().filter(({ from, message }) => test(message, from)).map(line => line.message);

const isAsk = message => message.method === 'textDocument/inlineCompletion';
export const asked = () => messages(isAsk);

// Whether every request for ghost text has been answered, by the process of fimd that runs now.
export function allAnswered() {
  const all = traffic();
  const now = all.slice(all.findLastIndex(line => line.message.method === 'initialize') + 1);
  const open = new Set(now.filter(line => isAsk(line.message)).map(line => line.message.id));
  for (const { from, message } of now) if (from === 'server' && message.method === undefined) open.delete(message.id);
  return open.size === 0;
}

export const acceptances = () =>
  messages(message => message.method === 'workspace/executeCommand' && message.params.command === 'fimd.accepted').length;

// What the chat model was told last in each request.
export const told = () => lines(process.env.FIMD_CHAT_LOG).map(message => String(message.content));

// The process ids of fimd, one for each start, oldest first.
export const serverPids = () => messages((message, from) => from === 'tap' && message.pid).map(message => message.pid);
