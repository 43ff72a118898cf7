// An MCP server on its standard input and output whose handshake is right and whose tools each break one thing.
// --start=NAME breaks the start instead; --era=modern speaks 2026-07-28. Misbehaviours are named as in test/fixtures/misbehaving-server.ts.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { start: { type: 'string', default: 'fine' }, era: { type: 'string', default: 'legacy' } },
});
const modern = values.era === 'modern';
const complete = modern ? { resultType: 'complete' } : {};
const fine = { content: [{ type: 'text', text: 'fine' }], ...complete };

const write = (text, then) => process.stdout.write(text, then);
const say = (message) => write(`${JSON.stringify(message)}\n`);
const result = (id, value) => ({ jsonrpc: '2.0', id, result: value });
const error = (id, code) => ({ jsonrpc: '2.0', id, error: { code, message: 'refused' } });
const asks = (id, params) => say({ jsonrpc: '2.0', id, method: 'sampling/createMessage', params });
/** Answers to requests of its own. */
const heard = [];
/** Writes for ever, as fast as it is read. */
const pour = (text) => {
  while (write(text));
  process.stdout.once('drain', () => pour(text));
};

export const MISBEHAVIOURS = {
  fine: (id) => say(result(id, fine)),
  'fine-crlf': (id) => write(`\r\n${JSON.stringify(result(id, fine))}\r\n`),
  'fine-byte-by-byte': (id) => {
    const bytes = Buffer.from(`${JSON.stringify(result(id, { ...fine, content: [{ type: 'text', text: 'äöü€😀' }] }))}\n`);
    let sent = 0;
    const next = () => {
      if (sent < bytes.length) process.stdout.write(bytes.subarray(sent, ++sent), () => setImmediate(next));
    };
    next();
  },
  'fine-notifications-first': (id) => {
    say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
    say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } });
    say(result(id, fine));
  },
  'fine-after-garbage': (id) => {
    write('Server listening on port 3000\n');
    say(result(id, fine));
  },
  'fine-stderr-flood': (id) => {
    for (let i = 0; i < 200; i++) process.stderr.write('noise '.repeat(20_000));
    say(result(id, fine));
  },
  'server-request-first': (id) => {
    say({ jsonrpc: '2.0', id: 'from-server', method: 'sampling/createMessage', params: {} });
    say({ jsonrpc: '2.0', id: 7, method: 'ping' });
    say(result(id, fine));
  },
  'asks-what-nobody-knows': (id) => {
    say({ jsonrpc: '2.0', id: 'a', method: 'sampling/deleteEverything', params: {} });
    say({ jsonrpc: '2.0', id: 'b', method: 17 });
    say(result(id, fine));
  },
  'asks-with-garbage': (id) => {
    for (const params of ['garbage', [1, 2], null, 7]) asks(`params ${JSON.stringify(params)}`, params);
    for (const bad of [null, {}, [], true, 'x'.repeat(10_000)]) asks(bad, {});
    say(result(id, fine));
  },
  'asks-under-one-id': (id) => {
    for (let i = 0; i < 5; i++) asks('again', {});
    setTimeout(() => say(result(id, fine)), 200);
  },
  'asks-after-its-answer': (id) => {
    say(result(id, fine));
    asks('late', {});
  },
  'asks-without-end': () => {
    let asked = 0;
    const more = () => {
      for (let i = 0; i < 500; i++) asks(asked++, {});
      if (process.stdout.writableNeedDrain) process.stdout.once('drain', () => setImmediate(more));
      else setTimeout(more, 5);
    };
    more();
  },
  'answered-twice': (id) => {
    say(result(id, fine));
    say(result(id, fine));
  },
  'answered-late': (id) => setTimeout(() => say(result(id, fine)), 400),
  silence: () => {},
  'half-an-answer-silence': (id) => write(JSON.stringify(result(id, fine)).slice(0, 20)),
  'stops-reading': () => {
    setInterval(() => {}, 1000);
    process.stdin.pause();
  },
  exit: () => {
    process.stderr.write('cannot reach the database\n');
    process.exitCode = 3;
    setTimeout(() => process.exit(3), 10);
  },
  'exit-0': () => process.exit(0),
  killed: () => process.kill(process.pid, 'SIGKILL'),
  'half-an-answer-exit': (id) => write(JSON.stringify(result(id, fine)).slice(0, 20), () => process.exit(1)),
  'close-stdout': () => closeSync(1),
  'close-stdin': () => {
    setInterval(() => {}, 1000);
    process.stdin.destroy();
    // The handle alone leaves the descriptor open.
    setTimeout(() => closeSync(0), 20);
  },
  'bad-json': (id) => write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[}\n`),
  'truncated-frame': (id) => write(`${JSON.stringify(result(id, fine)).slice(0, 40)}\n`),
  'wrong-id': (id) => say(result(id + 100_000, fine)),
  'string-id': (id) => say(result(String(id), fine)),
  'null-answer': () => write('null\n'),
  batch: (id) => say([result(id, fine)]),
  'neither-result-nor-error': (id) => say({ jsonrpc: '2.0', id }),
  'both-result-and-error': (id) => say({ ...error(id, -32603), result: fine }),
  'error-null-beside-result': (id) => say({ ...result(id, fine), error: null }),
  'not-jsonrpc-2': (id) => say({ id, result: fine }),
  'result-is-a-text': (id) => say(result(id, 'done')),
  'empty-result': (id) => say(result(id, {})),
  'content-is-no-list': (id) => say(result(id, { ...fine, content: 'text' })),
  'content-item-breaks-schema': (id) => say(result(id, { ...fine, content: [{ type: 'text' }] })),
  'input-required': (id) => say(result(id, { resultType: 'input_required', inputRequests: {} })),
  task: (id) => say(result(id, { resultType: 'task', task: { taskId: '1' } })),
  'tool-error': (id) => say(result(id, { ...fine, isError: true, content: [{ type: 'text', text: 'no such order' }] })),
  'rpc-32601': (id) => say(error(id, -32601)),
  'rpc-32602': (id) => say(error(id, -32602)),
  'rpc-32603': (id) => say(error(id, -32603)),
  'rpc-32000': (id) => say(error(id, -32000)),
  'rpc-32023': (id) => say(error(id, -32023)),
  'rpc-32700-null-id': () => say(error(null, -32700)),
  'endless-line': () => pour('x'.repeat(65_536)),
  'huge-answer': (id) => say(result(id, { ...fine, content: [{ type: 'text', text: 'x'.repeat(3 * 1024 * 1024) }] })),
};

const STARTS = {
  fine: () => {},
  dies: () => {
    process.stderr.write('no such module: left-pad\n');
    process.exit(4);
  },
  silent: () => {
    process.stdin.resume();
    setInterval(() => {}, 1000);
  },
  prints: () => {
    write('Server listening on port 3000\n');
    process.stdin.resume();
    setInterval(() => {}, 1000);
  },
  'floods-stderr': () => {
    const flood = () => {
      while (process.stderr.write('noise '.repeat(10_000)));
      process.stderr.once('drain', flood);
    };
    flood();
  },
  'dies-at-discover': () => {},
  'ignores-the-end': () => {
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
  },
  'leaves-a-child': () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    process.stderr.write(`child ${child.pid}\n`);
  },
};
STARTS[values.start]();

const closed = ['silent', 'prints'].includes(values.start);
if (!closed) {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line);
    const { id, method } = message;
    if (method === 'notifications/cancelled') process.stderr.write(`cancelled ${message.params.requestId}\n`);
    if (id === undefined || method === undefined) {
      if (method === undefined && heard.length < 10_000) heard.push(message);
      return;
    }
    if (method === 'server/discover') {
      if (values.start === 'dies-at-discover') process.exit(1);
      if (modern) say(result(id, { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ...complete }));
      else say(error(id, -32601));
    } else if (method === 'initialize') {
      say(result(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'bad', version: '1' } }));
    } else if (method === 'tools/list') {
      const tools = Object.keys(MISBEHAVIOURS).map((name) => ({ name, inputSchema: { type: 'object' } }));
      say(result(id, { tools, ...complete }));
    } else if (message.params.name === 'heard')
      say(result(id, { ...fine, content: [{ type: 'text', text: JSON.stringify(heard) }] }));
    else MISBEHAVIOURS[message.params.name](id);
  });
}
