// Frames of the protocol. `read(stream, use)` calls use(message) for each message of a stream; `write(stream, message)`.
export function read(stream, use) {
  let bytes = Buffer.alloc(0);
  stream.on('data', more => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      const length = head < 0 ? 0 : Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))[1]);
      if (head < 0 || bytes.length < head + 4 + length) return;
      const message = JSON.parse(bytes.toString('utf8', head + 4, head + 4 + length));
      bytes = bytes.subarray(head + 4 + length);
      use(message);
    }
  });
}

export function write(stream, message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  stream.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
