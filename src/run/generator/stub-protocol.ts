/** A complete HTTP/1.1 request found in a buffer. */
export interface StubRequest {
  readonly method: string;
  readonly body: string;
  /** Bytes of the buffer that it took. */
  readonly length: number;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/** The first complete request in `buffer`, or undefined while it is not all there. Bodies come with a Content-Length: our own clients send no other. */
export function readRequest(buffer: Buffer): StubRequest | undefined {
  const end = buffer.indexOf(HEADER_END);
  if (end < 0) return undefined;
  const head = buffer.toString('latin1', 0, end);
  const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const length = end + 4 + bodyLength;
  if (buffer.length < length) return undefined;
  return { method: head.slice(0, head.indexOf(' ')), body: buffer.toString('utf8', end + 4, length), length };
}

const TOOL = { name: 'echo', description: 'Answers at once.', inputSchema: { type: 'object', properties: {} } };

/** The HTTP answer of a minimal stateless MCP server (2025-06-18) with one tool. */
export function answerTo(request: StubRequest): string {
  if (request.method !== 'POST') return response(405, '');
  // tools/call is nearly all of the traffic: its id is cut out of the text, so that the stub costs less than the generator it measures.
  if (request.body.includes('"tools/call"')) {
    const id = /"id" *: *("[^"]*"|-?\d+)/.exec(request.body)?.[1] ?? 'null';
    return response(200, `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"ok"}]}}`);
  }
  const message = parse(request.body);
  if (message.id === undefined) return response(202, '');
  switch (message.method) {
    case 'initialize': {
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'plimsoll-doctor-stub', version: '1' },
      };
      return response(200, JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    }
    case 'tools/list':
      return response(200, JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { tools: [TOOL] } }));
    case 'ping':
      return response(200, JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} }));
    default:
      return response(
        200,
        JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'method not found' } }),
      );
  }
}

function parse(body: string): { readonly id?: unknown; readonly method?: unknown } {
  try {
    return JSON.parse(body) as { readonly id?: unknown; readonly method?: unknown };
  } catch {
    return {};
  }
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 202: 'Accepted', 405: 'Method Not Allowed' };

function response(status: number, body: string): string {
  const type = body === '' ? '' : 'content-type: application/json\r\n';
  return `HTTP/1.1 ${status} ${REASONS[status]}\r\n${type}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
