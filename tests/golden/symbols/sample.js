'use strict';
import fs, { readFile as read, join } from 'node:fs';
import * as util from './util.js';
import './side-effect.css';
export { parse } from '../parse';
export * from './all';
const path = require('path');
const { EventEmitter, once: first } = require('./events');

/** The port that is used. */
const PORT = 8080;
let counter = 0;

/**
 * Starts a server.
 * @param {number} port
 */
export async function start(port, { host = 'localhost', ...rest } = {}) {
  const server = new Server(port);
  function helper() {}
  return server.listen(host, rest);
}

export const stop = async (server) => {
  const inner = 1;
  await server.close(inner);
};

// A server with routes.
export default class Server extends EventEmitter {
  #routes = new Map();
  static count = 0;
  handler = (request) => this.route(request);

  constructor(port) {
    super();
    this.port = port;
    this.log = new util.Logger();
  }

  get size() { return this.#routes.size; }

  *[Symbol.iterator]() { yield* this.#routes; }

  async route(request) {
    const match = this.#routes.get(request.url);
    return match?.(request);
  }
}

function* ids() { yield ++counter; }

Server.prototype.close = function () { return this; };
module.exports.helper = function helper(a) { return a; };

const api = {
  get(id) { return fs.readFileSync(`${path.sep}${id}`); },
  put: (id, value) => write(id, value),
  limit: 3,
};
const Anonymous = class extends Server {};
