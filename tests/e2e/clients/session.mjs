// One editor's connection to a server, without a client library: what the editor does not understand it says so.
import { spawn } from 'node:child_process';
import { read, write } from '../lib/frames.mjs';

export function check(what, good, seen) {
  console.log(`${good ? 'ok' : 'not ok'} ${what}${good || seen === undefined ? '' : '  # ' + JSON.stringify(seen)}`);
}

export class Session {
  not_understood = [];
  without_params = [];
  shown = [];
  #waiting = new Map();
  #last = 0;

  // editor: { server: { command }, answers, string_ids }
  constructor(editor) {
    this.editor = editor;
    const [program, ...rest] = editor.server.command;
    this.process = spawn(program, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdin.on('error', () => {});
    this.exit = new Promise(done => this.process.on('exit', (code, signal) => done(code ?? signal)));
    read(this.process.stdout, message => this.#take(message));
  }

  #take(message) {
    if (message.method === undefined) {
      const settle = this.#waiting.get(message.id);  // by type too: "1" is not 1
      this.#waiting.delete(message.id);
      return settle?.(message);
    }
    if (message.id === undefined) {
      if (message.params === undefined) this.without_params.push(message.method);
      if (message.method === 'window/showMessage') this.shown.push(message.params.message);
      return undefined;
    }
    const respond = this.editor.answers[message.method];
    if (respond) return write(this.process.stdin, { id: message.id, result: respond(message.params) });
    this.not_understood.push(message.method);
    return write(this.process.stdin, { id: message.id, error: { code: -32601, message: 'unknown method' } });
  }

  request(method, params) {
    const id = this.editor.string_ids ? String(++this.#last) : ++this.#last;
    write(this.process.stdin, { id, method, params });
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no answer to ${method}`)), 20000);
      this.#waiting.set(id, message => {
        clearTimeout(timer);
        if (message.error) failed(new Error(`${method}: ${message.error.message}`));
        else done(message.result);
      });
    });
  }

  notify(method, params) { write(this.process.stdin, { method, params }); }

  async initialize(params, options) {
    const result = await this.request('initialize', { processId: process.pid, ...params, ...(options && { initializationOptions: options }) });
    this.notify('initialized', {});
    return result;
  }

  open(uri, languageId, text, cursor) {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    return new Document(this, uri, text, cursor);
  }

  // hasty: both messages at once, as Kate does. Returns the exit code.
  async stop(hasty) {
    const down = this.request('shutdown', undefined).catch(() => {});
    if (!hasty) await down;
    this.notify('exit', undefined);
    return this.exit;
  }
}

class Document {
  version = 1;

  constructor(session, uri, text, cursor) {
    Object.assign(this, { session, uri, text, cursor });
  }

  at() { return { textDocument: { uri: this.uri }, position: this.cursor }; }
  line(number) { return this.text.split('\n')[number]; }
  between(start) { return start?.line === this.cursor.line ? this.line(start.line).slice(start.character, this.cursor.character) : undefined; }

  apply({ range, newText }) {
    const lines = this.text.split('\n');
    const head = [...lines.slice(0, range.start.line), lines[range.start.line].slice(0, range.start.character)].join('\n');
    const tail = [lines[range.end.line].slice(range.end.character), ...lines.slice(range.end.line + 1)].join('\n');
    this.text = head + newText + tail;
    const before = (head + newText).split('\n');
    this.cursor = { line: before.length - 1, character: before.at(-1).length };
    this.session.notify('textDocument/didChange', { textDocument: { uri: this.uri, version: ++this.version }, contentChanges: [{ range, text: newText }] });
  }

  insert(text) { this.apply({ range: { start: this.cursor, end: this.cursor }, newText: text }); }
  take_back() {
    this.apply({ range: { start: { ...this.cursor, character: this.cursor.character - 1 }, end: this.cursor }, newText: '' });
  }
  replace_line(text) {
    const line = this.cursor.line;
    this.apply({ range: { start: { line, character: 0 }, end: { line, character: this.line(line).length } }, newText: text });
  }
}
