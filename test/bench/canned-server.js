// The server that every contender of the bench calls: an MCP server on raw sockets that answers the same text to each tools/call. It is
// stateless, or (`stateful`) gives each initialize a session id, which it then does not look at.
// It must cost less than the cheapest client, so it looks for two byte patterns and parses JSON only for the handshake.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';

const stateful = process.argv.includes('stateful');

const HEADER_END = Buffer.from('\r\n\r\n');
const CALL = Buffer.from('"tools/call"');
const ID = Buffer.from('"id":');
const TEXT = JSON.stringify({ orders: [{ id: 4711, customer: 'acme', total: 42.5, state: 'open' }], total: 1 });
const RESULT = JSON.stringify({ content: [{ type: 'text', text: TEXT }] });
const TOOL = {
  name: 'search_orders',
  description: 'Finds orders.',
  inputSchema: { type: 'object', properties: { customer: { type: 'string' }, limit: { type: 'integer' } } },
};

const response = (status, body, header = '') =>
  `HTTP/1.1 ${status}\r\n${header}${body === '' ? '' : 'content-type: application/json\r\n'}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** The JSON text of a top-level id: a number, or a string without escapes. */
const idOf = (bytes, from, to) => {
  const at = bytes.indexOf(ID, from);
  if (at < 0 || at >= to) return 'null';
  let end = at + ID.length;
  while (end < to && bytes[end] !== 0x2c && bytes[end] !== 0x7d) end += 1;
  return bytes.latin1Slice(at + ID.length, end);
};

const handshake = (text) => {
  const { id, method, params } = JSON.parse(text);
  if (id === undefined) return response('202 Accepted', '');
  const reply = (result, header) => response('200 OK', JSON.stringify({ jsonrpc: '2.0', id, result }), header);
  if (method === 'initialize') {
    const known = ['2025-03-26', '2025-06-18', '2025-11-25'];
    const asked = params?.protocolVersion;
    const protocolVersion = known.includes(asked) ? asked : '2025-06-18';
    const result = { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'canned', version: '1' } };
    return reply(result, stateful ? `mcp-session-id: ${randomUUID()}\r\n` : '');
  }
  if (method === 'tools/list') return reply({ tools: [TOOL] });
  if (method === 'ping') return reply({});
  return response('200 OK', JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'method not found' } }));
};

const lengthOf = (bytes, headerEnd) => {
  const match = /\r\ncontent-length: *(\d+)/i.exec(bytes.latin1Slice(0, headerEnd));
  return match === null ? 0 : Number(match[1]);
};

const server = createServer((socket) => {
  let rest = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let answers = '';
    for (;;) {
      const headerEnd = bytes.indexOf(HEADER_END);
      if (headerEnd < 0) break;
      const bodyStart = headerEnd + HEADER_END.length;
      const end = bodyStart + lengthOf(bytes, headerEnd);
      if (bytes.length < end) break;
      const call = bytes.indexOf(CALL, bodyStart);
      if (bytes[0] !== 0x50) answers += response('405 Method Not Allowed', '');
      else if (call >= 0 && call < end) {
        answers += response('200 OK', `{"jsonrpc":"2.0","id":${idOf(bytes, bodyStart, end)},"result":${RESULT}}`);
      } else answers += handshake(bytes.toString('utf8', bodyStart, end));
      bytes = bytes.subarray(end);
    }
    rest = bytes;
    if (answers !== '') socket.write(answers);
  });
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
