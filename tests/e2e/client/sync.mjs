// Differential test of document synchronisation: random edits go to fimd and to the protocol's own text document, and a
// scripted model server sees what fimd took the text to be: prefix and suffix of the prompt, put together.
import http from 'node:http';
import { check, initialize, open, start, stop } from './session.mjs';

const rounds = 150, seed = Number(process.env.FIMD_SEED ?? 20);
let state = seed;
function random(below) {  // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
const pick = list => list[random(list.length)];
const pieces = ['a', 'bc', ' ', '    ', '(', ')', '\u00e9', '\u20ac', '\u{1F642}', '\u{10FFFF}', '\n', '\r\n', '\r', '\n\n', '\t', '\ufeff', 'int x = 1;'];
const words = count => Array.from({ length: random(count) }, () => pick(pieces)).join('');

// A llama-server that has infill and always ends at once, without text; keeps the newest prompt. Prompts that ask for no
// text only warm a server's cache.
let seen, arrived = () => {};
const server = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', more => { body += more; });
  request.on('end', () => {
    const json = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (request.url !== '/infill') {
      return json(200, { default_generation_settings: { n_ctx: 4096 }, total_slots: 1, model_path: 'scripted.gguf', build_info: 'scripted' });
    }
    const asked = JSON.parse(body);
    if (asked.input_suffix === undefined) {
      return json(400, { error: { code: 400, message: "key 'input_suffix' not found", type: 'invalid_request_error' } });
    }
    if (asked.n_predict > 0) seen = asked;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.end('data: {"content":"","stop":true,"stop_type":"eos"}\n\n');
    arrived();
  });
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${server.address().port}`;

const session = start();
await initialize(session, { settings: {
  completion: { providers: ['scripted'], soft_ms: 8000, hard_ms: 10000 },
  providers: { scripted: { kind: 'llama.cpp', url } },
} });
const document = await open(session, 'file:///nowhere/sync.txt', 'plaintext', 'first\r\nsecond \u{1F642}\rthird\n');

// Never within a surrogate pair: there the two sides may differ, since one of them keeps UTF-8.
function offset() {
  const at = random(document.text.length + 1);
  const low = document.text.charCodeAt(at);
  return low >= 0xdc00 && low <= 0xdfff ? at - 1 : at;
}
function edit() {
  if (random(12) === 0) return { text: words(20) };
  let [start, end] = [offset(), offset()].map(at => document.positionAt(at));
  if (random(3) > 0) end = start;
  if (random(8) === 0) end = { line: end.line, character: end.character + 1000 };
  if (random(12) === 0) end = { line: end.line + 500, character: 3 };
  return { range: { start, end }, text: document.text.length > 160 ? '' : words(4) };
}

// What the model was asked with, once it is this text at this place; else the last thing after the deadline.
async function asked_with(prefix, suffix) {
  const good = () => seen && seen.input_prefix === prefix && seen.input_suffix === suffix;
  for (let tries = 0; tries < 50 && !good(); tries++) {
    await new Promise(done => { arrived = done; setTimeout(done, 200); });
  }
  return good();
}

// The model is known before the first round.
for (let tries = 0; tries < 200 && !seen; tries++) {
  await document.insert({ line: 0, character: 0 }, 'x');
  await document.ask({ line: 0, character: 1 });
}

let wrong;
for (let round = 0; round < rounds && !wrong; round++) {
  for (let edits = random(4); edits >= 0; edits--) await document.change([edit()]);
  if (random(4) === 0) await document.change([{ text: document.text + 'x' }, { text: document.text + 'yz' }]);
  const position = document.positionAt(offset());
  const at = document.offsetAt(position);  // a place within a line end is the place before it
  const prefix = document.text.slice(0, at), suffix = document.text.slice(at);
  await document.ask(position);
  if (!await asked_with(prefix, suffix)) wrong = { round, prefix, suffix, seen: [seen?.input_prefix, seen?.input_suffix] };
}
check(`${rounds} rounds of random edits give the same text (seed ${seed})`, !wrong, wrong);
check('the client library found nothing wrong while editing', session.trouble.length === 0, session.trouble);
check('the session ends with code 0', (await stop(session)) === 0);
server.closeAllConnections();
server.close();
