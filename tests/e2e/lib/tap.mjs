// usage: node tap.mjs LOG COMMAND ARGUMENT...
// Stands between an editor and the server: passes every byte on and appends each message to LOG as one line of JSON,
// { "from": "editor" | "server", "message": ... }; the first line is { "from": "tap", "message": { "pid": the server's } }.
// While the file LOG.hold exists, answers to inline completion
// requests wait, so that a test can type before an answer comes without measuring time.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const [log, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
const asked = new Set();  // ids of inline completion requests without an answer
let held = [];            // frames from the server that wait, in order

// Calls `use(frame, message)` for each complete message in a stream of bytes.
function frames(stream, use) {
  let bytes = Buffer.alloc(0);
  stream.on('data', more => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))[1]);
      const end = head + 4 + length;
      if (bytes.length < end) return;
      use(bytes.subarray(0, end), JSON.parse(bytes.toString('utf8', head + 4, end)));
      bytes = bytes.subarray(end);
    }
  });
}
const record = (from, message) => fs.appendFileSync(log, JSON.stringify({ from, message }) + '\n');

record('tap', { pid: server.pid });
frames(process.stdin, (frame, message) => {
  record('editor', message);
  if (message.method === 'textDocument/inlineCompletion') asked.add(message.id);
  server.stdin.write(frame);
});
frames(server.stdout, (frame, message) => {
  record('server', message);
  const answers = message.method === undefined && asked.delete(message.id);
  if (held.length > 0 || (answers && fs.existsSync(log + '.hold'))) held.push(frame);
  else process.stdout.write(frame);
});
setInterval(() => {
  if (held.length === 0 || fs.existsSync(log + '.hold')) return;
  for (const frame of held) process.stdout.write(frame);
  held = [];
}, 10).unref();

process.stdin.on('end', () => server.stdin.end());
server.stdin.on('error', () => {});
process.stdout.on('error', () => {});
server.on('exit', code => process.exit(code ?? 1));
