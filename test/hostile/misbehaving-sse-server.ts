import { createServer, type ServerResponse } from 'node:http';
import { type Listening, listen } from '../fixtures/listen.js';

/** One `tools/call` in the hands of a misbehaviour: its POST, and the event stream of its session. */
interface Call {
  readonly id: number;
  readonly post: ServerResponse;
  readonly stream: ServerResponse;
}

const fine = { content: [{ type: 'text', text: 'fine' }] };
const answer = (id: unknown, result: unknown = fine) => ({ jsonrpc: '2.0', id, result });
const rpcError = (id: unknown, code: number) => ({ jsonrpc: '2.0', id, error: { code, message: 'refused' } });
const taken = ({ post }: Call): void => void post.writeHead(202).end();
const event = ({ stream }: Call, text: string): void => void stream.write(`event: message\ndata: ${text}\n\n`);
const asks = (call: Call, id: unknown, params: unknown): void =>
  event(call, JSON.stringify({ jsonrpc: '2.0', id, method: 'sampling/createMessage', params }));
const says = (message: (id: number) => unknown) => (call: Call) => {
  taken(call);
  event(call, JSON.stringify(message(call.id)));
};
const texts = (text: (id: number) => string) => (call: Call) => {
  taken(call);
  event(call, text(call.id));
};
const status =
  (code: number, headers: Record<string, string> = {}, body = 'what the server says') =>
  ({ post }: Call): void =>
    void post.writeHead(code, headers).end(body);
const pour = ({ stream }: Call, text: string): void => {
  while (!stream.destroyed && stream.write(text));
  if (!stream.destroyed) stream.once('drain', () => pour({ stream } as Call, text));
};

/** Every way to answer a call over HTTP+SSE, by the name of the tool that is called. */
export const SSE_MISBEHAVIOURS = {
  fine: says((id) => answer(id)),
  'fine-before-taken': (call) => {
    event(call, JSON.stringify(answer(call.id)));
    setTimeout(() => taken(call), 50);
  },
  'fine-never-taken': (call) => event(call, JSON.stringify(answer(call.id))),
  'fine-notifications-first': (call) => {
    taken(call);
    call.stream.write(': note\n\nevent: ping\ndata: not json\n\n');
    event(call, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: {} }));
    event(call, JSON.stringify(answer(call.id)));
  },
  'server-request-first': (call) => {
    taken(call);
    asks(call, 'from-server', {});
    event(call, JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'ping' }));
    event(call, JSON.stringify(answer(call.id)));
  },
  'asks-what-nobody-knows': (call) => {
    taken(call);
    event(call, JSON.stringify({ jsonrpc: '2.0', id: 'a', method: 'sampling/deleteEverything', params: {} }));
    event(call, JSON.stringify({ jsonrpc: '2.0', id: 'b', method: 17 }));
    event(call, JSON.stringify(answer(call.id)));
  },
  'asks-with-garbage': (call) => {
    taken(call);
    for (const params of ['garbage', [1, 2], null, 7]) asks(call, `params ${JSON.stringify(params)}`, params);
    for (const id of [null, {}, [], true, 'x'.repeat(10_000)]) asks(call, id, {});
    event(call, JSON.stringify(answer(call.id)));
  },
  'asks-under-one-id': (call) => {
    taken(call);
    for (let i = 0; i < 5; i++) asks(call, 'again', {});
    setTimeout(() => event(call, JSON.stringify(answer(call.id))), 200);
  },
  'asks-after-its-answer': (call) => {
    says((id) => answer(id))(call);
    asks(call, 'late', {});
  },
  'asks-without-end': (call) => {
    taken(call);
    let asked = 0;
    const more = (): void => {
      if (call.stream.destroyed) return;
      for (let i = 0; i < 500; i++) asks(call, asked++, {});
      if (call.stream.writableNeedDrain) call.stream.once('drain', () => setImmediate(more));
      else setTimeout(more, 5);
    };
    more();
  },
  'answered-twice': (call) => {
    says((id) => answer(id))(call);
    event(call, JSON.stringify(answer(call.id)));
  },
  silence: taken,
  'silence-without-202': () => {},
  'half-an-answer-silence': (call) => {
    taken(call);
    call.stream.write('data: {"jsonrpc":');
  },
  'stream-ends': (call) => {
    taken(call);
    call.stream.end();
  },
  'stream-reset': (call) => {
    taken(call);
    call.stream.socket?.resetAndDestroy();
  },
  'half-an-answer-end': (call) => {
    taken(call);
    call.stream.end('data: {"jsonrpc":');
  },
  'post-reset': ({ post }) => void post.socket?.resetAndDestroy(),
  'bad-json': texts((id) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[}`),
  'wrong-id': says((id) => answer(id + 100_000)),
  'string-id': says((id) => answer(String(id))),
  'null-answer': texts(() => 'null'),
  batch: says((id) => [answer(id)]),
  'neither-result-nor-error': says((id) => ({ jsonrpc: '2.0', id })),
  'not-jsonrpc-2': says((id) => ({ id, result: fine })),
  'empty-result': says((id) => answer(id, {})),
  'tool-error': says((id) => answer(id, { ...fine, isError: true, content: [{ type: 'text', text: 'no such order' }] })),
  'rpc-32602': says((id) => rpcError(id, -32602)),
  'rpc-32603': says((id) => rpcError(id, -32603)),
  'http-400': status(400),
  'http-401': status(401),
  'http-403': status(403),
  'http-404-session': status(404, {}, 'Session not found'),
  'http-410-session': status(410, {}, 'Session expired'),
  'http-400-session': status(400, {}, 'No transport found for sessionId'),
  'http-429-seconds': status(429, { 'retry-after': '2' }),
  'http-500': status(500),
  'http-503': status(503),
  'endless-line': (call) => {
    taken(call);
    call.stream.write('data: ');
    pour(call, 'x'.repeat(65_536));
  },
  'endless-event': (call) => {
    taken(call);
    pour(call, `data: ${'x'.repeat(1000)}\n`.repeat(60));
  },
  'huge-answer': says((id) => answer(id, { content: [{ type: 'text', text: 'x'.repeat(3 * 1024 * 1024) }] })),
} satisfies Record<string, (call: Call) => void>;

export type SseMisbehaviour = keyof typeof SSE_MISBEHAVIOURS;

/** How a server breaks its event stream from the start. */
export const SSE_STARTS = {
  fine: (stream: ServerResponse) => stream.write('event: endpoint\ndata: /message?sessionId=s-0123456789\n\n'),
  'no-endpoint': (stream: ServerResponse) => stream.write(': hello\n\n'),
  'other-origin': (stream: ServerResponse) => stream.write('event: endpoint\ndata: http://example.org/message\n\n'),
  'ends-at-once': (stream: ServerResponse) => stream.end(),
} as const;

export interface MisbehavingSseServer extends Listening {
  readonly url: string;
  /** Methods of what came. */
  readonly received: string[];
  /** Answers to requests of the server. */
  readonly heard: Readonly<Record<string, unknown>>[];
  /** Event streams opened so far. */
  streams(): number;
}

/** An HTTP+SSE server whose handshake is right and whose tools each break one thing. */
export async function misbehavingSseServer(start: keyof typeof SSE_STARTS | 'web-page' = 'fine'): Promise<MisbehavingSseServer> {
  let stream: ServerResponse | undefined;
  let streams = 0;
  const received: string[] = [];
  const heard: Readonly<Record<string, unknown>>[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    if (request.method === 'GET') {
      if (start === 'web-page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      streams++;
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      SSE_STARTS[start](stream);
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const message = JSON.parse(body) as { id?: number; method?: string; params: { name: SseMisbehaviour } };
      const { id, method, params } = message;
      if (method === undefined) {
        heard.push({ ...message });
        return void response.writeHead(202).end();
      }
      received.push(method);
      if (id === undefined || stream === undefined) return void response.writeHead(202).end();
      const call = { id, post: response, stream };
      const tools = Object.keys(SSE_MISBEHAVIOURS).map((name) => ({ name, inputSchema: { type: 'object' } }));
      const info = { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo: { name: 'bad', version: '1' } };
      if (method === 'initialize') says(() => answer(id, info))(call);
      else if (method === 'tools/list') says(() => answer(id, { tools }))(call);
      else SSE_MISBEHAVIOURS[params.name](call);
    });
  });
  const listening = await listen(server);
  return { ...listening, url: `http://127.0.0.1:${listening.port}/sse`, received, heard, streams: () => streams };
}
