import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { cannedServer, type RpcRequest, sendError, sendResult } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';

const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of closing.reverse()) await thing.close();
  closing.length = 0;
});

async function httpServer(answer: (response: ServerResponse) => void, path = '/mcp'): Promise<string> {
  const server = keep(await listen(createHttpServer((request, response) => request.resume().on('end', () => answer(response)))));
  return `http://127.0.0.1:${server.port}${path}`;
}

const page = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
};
const status =
  (code: number, body = 'no', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end(body);
  };

describe('open says in a sentence what to change', () => {
  it.each<[string, () => Promise<string>, RegExp, RegExp]>([
    [
      'a refused connection',
      async () => {
        const gone = await listen(createServer());
        await gone.close();
        return `http://127.0.0.1:${gone.port}/mcp`;
      },
      /refuses connections/,
      /start the server, or correct host and port/,
    ],
    [
      'a name that is none',
      async () => 'http://no-such-host.invalid/mcp',
      /no-such-host\.invalid.* cannot be resolved/,
      /target\.url/,
    ],
    [
      'no HTTP',
      async () =>
        `http://127.0.0.1:${keep(await listen(createServer((socket) => socket.on('error', () => {}).write('220 mail ready\r\n')))).port}/mcp`,
      /does not answer in HTTP/,
      /HTTP port/,
    ],
    [
      'a closed connection',
      async () =>
        `http://127.0.0.1:${keep(await listen(createServer((socket) => socket.on('error', () => {}).on('data', () => socket.destroy())))).port}/mcp`,
      /closed the connection without an answer/,
      /http or https/,
    ],
    [
      'a web page',
      () => httpServer(page, '/'),
      /does not answer as an MCP server.*text\/html.*Welcome/,
      /http:\/\/127\.0\.0\.1:\d+\/mcp$/,
    ],
    ['401', () => httpServer(status(401)), /HTTP 401/, /target\.auth.*bearer/],
    ['403', () => httpServer(status(403)), /HTTP 403/, /wants a token.*or its origin/],
    ['404', () => httpServer(status(404), '/api'), /HTTP 404/, /\/mcp$/],
    ['405', () => httpServer(status(405), '/api'), /HTTP 405/, /\/mcp$/],
    [
      'a redirect',
      () => httpServer(status(308, '', { location: 'https://example.org/mcp' })),
      /HTTP 308/,
      /https:\/\/example\.org\/mcp/,
    ],
    [
      'a redirect to a relative address',
      () => httpServer(status(307, '', { location: '/mcp/' })),
      /HTTP 307$/,
      /final address \(http:\/\/127\.0\.0\.1:\d+\/mcp\/\)/,
    ],
    [
      'a page of a proxy: its title alone',
      () =>
        httpServer(
          status(502, '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<hr>nginx\r\n</body>\r\n</html>', {
            'content-type': 'text/html',
          }),
        ),
      /HTTP 502: web page "502 Bad Gateway"$/,
      /proxy before the server/,
    ],
    [
      '421, with a JSON-RPC error',
      () =>
        httpServer(
          status(421, JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Invalid Host header' } }), {
            'content-type': 'application/json',
          }),
        ),
      /HTTP 421 \(RPC -32000\): Invalid Host header$/,
      /does not answer to the name 127\.0\.0\.1:\d+/,
    ],
    ['406', () => httpServer(status(406)), /initialize with HTTP 406/, /accept header/],
    ['413', () => httpServer(status(413)), /initialize with HTTP 413/, /body limit/],
    ['415', () => httpServer(status(415)), /initialize with HTTP 415/, /content-type/],
    ['429', () => httpServer(status(429, '', { 'retry-after': '7' })), /HTTP 429/, /wait 7 s/],
    ['503', () => httpServer(status(503)), /HTTP 503/, /not ready/],
    ['504', () => httpServer(status(504)), /HTTP 504/, /gave up/],
    [
      'JSON after a byte order mark',
      () =>
        httpServer((r) =>
          r.writeHead(200, { 'content-type': 'application/json' }).end('\ufeff{"jsonrpc":"2.0","id":0,"result":{}}'),
        ),
      /HTTP 200 and JSON with a byte order mark \(U\+FEFF\)/,
      /no byte order mark/,
    ],
    [
      'a web page under the content type of JSON',
      () =>
        httpServer((r) => r.writeHead(200, { 'content-type': 'application/json' }).end('<html><title>Hi</title></html>'), '/'),
      /HTTP 200 and markup instead of JSON: web page "Hi"/,
      /\/mcp$/,
    ],
    ['500', () => httpServer(status(500, 'stack trace')), /HTTP 500: stack trace/, /log/],
    [
      'JSON that is no MCP',
      () => httpServer((r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":1}')),
      /initialize was answered with an answer without "jsonrpc": "2\.0".*it says: \{"hello":1\}/,
      /./,
    ],
    [
      'broken JSON',
      () => httpServer((r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"hello"')),
      /not JSON/,
      /./,
    ],
    [
      'a stream without an answer',
      () => httpServer((r) => r.writeHead(200, { 'content-type': 'text/event-stream' }).end(': hi\n\n')),
      /never answered/,
      /./,
    ],
  ])('%s', async (_, start, message, hint) => {
    const driver = driverFor(await start(), {}, { handshakeTimeoutMs: 1000 });
    const startedMs = performance.now();
    const error = (await driver.open(1).catch((thrown: unknown) => thrown)) as {
      name: string;
      exitCode: number;
      message: string;
      details: { hint: string };
    };
    expect(error).toMatchObject({ name: 'PlimsollError', exitCode: 6 });
    expect(error.message).toMatch(message);
    expect(error.details.hint).toMatch(hint);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  type Answer = (message: RpcRequest, response: ServerResponse) => void;
  const answers: Record<string, Answer> = {
    'HTTP 404': (_, response) => response.writeHead(404).end('Session not found'),
    'HTTP 410': (_, response) => response.writeHead(410).end('gone'),
    'HTTP 400': (message, response) => sendError(response, message, -32000, 'Bad Request: No valid session ID provided', 400),
    'HTTP 400, not initialized': (message, response) =>
      sendError(response, message, -32000, 'Bad Request: Server not initialized', 400),
    '-32600 without an id': (_, response) => sendError(response, { method: '' }, -32600, 'Session not found'),
  };
  const steps: Record<string, { readonly method: string; readonly from: number; readonly step: RegExp }> = {
    'the end of the first handshake': { method: 'notifications/initialized', from: 1, step: /notifications\/initialized/ },
    'the tool listing': { method: 'tools/list', from: 1, step: /tools\/list/ },
    'the end of a later handshake': { method: 'notifications/initialized', from: 2, step: /notifications\/initialized/ },
  };
  it.each(Object.keys(answers).flatMap((answer) => Object.keys(steps).map((step): [string, string] => [answer, step])))(
    '%s to a session that was just given, at %s: more than one server',
    async (answer, at) => {
      const { method, from, step } = steps[at]!;
      // To a notification there is no answer with status 200 that anybody would read.
      if (answer.startsWith('-32600') && method.startsWith('notifications/')) return;
      let count = 0;
      const server = keep(
        await cannedServer({
          stateful: true,
          onMessage: (message, response) => {
            if (message.method !== method || ++count < from) return false;
            answers[answer]!(message, response);
            return true;
          },
        }),
      );
      const error = (await driverFor(server.url)
        .open(3)
        .catch((thrown: unknown) => thrown)) as { exitCode: number; message: string; details: { hint: string } };
      expect(error.exitCode).toBe(6);
      expect(error.message).toMatch(/does not know the session that it opened [\d.]+ (µs|ms|s) ago/);
      expect(error.message).toMatch(step);
      expect(error.details.hint).toMatch(/more than one server.*route by Mcp-Session-Id/);
    },
  );

  it('a refusal of notifications/initialized that does not speak of the session names that message', async () => {
    const server = keep(
      await cannedServer({
        stateful: true,
        onMessage: (message, response) => {
          if (message.method !== 'notifications/initialized') return false;
          response.writeHead(500).end('stack trace');
          return true;
        },
      }),
    );
    const error = (await driverFor(server.url)
      .open(1)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toMatch(/answered notifications\/initialized with HTTP 500: stack trace/);
  });

  it('404 to a server that gave no session id is about the address', async () => {
    const server = keep(
      await cannedServer({
        onMessage: (message, response) => {
          if (message.method !== 'notifications/initialized') return false;
          response.writeHead(404).end('nothing here');
          return true;
        },
      }),
    );
    const error = (await driverFor(server.url)
      .open(1)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toMatch(/answered notifications\/initialized with HTTP 404/);
    expect(error.message).not.toMatch(/session/);
  });

  it('silence', async () => {
    const server = keep(await listen(createServer((socket) => socket.on('error', () => {}).resume())));
    const driver = driverFor(`http://127.0.0.1:${server.port}/mcp`, {}, { handshakeTimeoutMs: 200 });
    await expect(driver.open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('neither server/discover nor initialize was answered within 200 ms (target.startTimeout)'),
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.sockets.size).toBe(0);
  });

  it('a tool listing that fails', async () => {
    const server = keep(
      await cannedServer({
        onMessage: (message, response) => {
          if (message.method !== 'tools/list') return false;
          sendError(response, message, -32603, 'the catalogue is gone');
          return true;
        },
      }),
    );
    await expect(driverFor(server.url).open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/the tool listing failed: .*the catalogue is gone/),
    });
  });

  it('another revision than the one asked for', async () => {
    const server = keep(await cannedServer({ version: '2025-03-26' }));
    await expect(driverFor(server.url, { protocol: '2025-11-25' }).open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/2025-03-26.*asks for 2025-11-25/),
    });
  });

  it.each([
    [{ authorization: 'Bearer abcdefgh' }, /credentials that were sent are not taken \(invalid_token\).*expired/],
    [{ 'x-api-key': 'abcdefgh' }, /credentials that were sent are not taken/],
    [{}, /wants a token/],
  ])('401 with %o', async (headers, hint) => {
    const url = await httpServer(status(401, 'no', { 'www-authenticate': 'Bearer error="invalid_token"' }));
    const error = (await driverFor(url, { headers: headers as Record<string, string> })
      .open(1)
      .catch((thrown: unknown) => thrown)) as { message: string; details: { hint: string } };
    expect(error.message).toMatch(/HTTP 401: no$/);
    expect(error.details.hint).toMatch(hint);
  });

  it('keeps secrets out of the sentence', async () => {
    const url = await httpServer(status(500, 'bad token very-secret-token'));
    const driver = driverFor(url, { headers: { authorization: 'Bearer very-secret-token' } });
    const error = (await driver.open(1).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain('bad token ***');
    expect(error.message).not.toContain('very-secret-token');
  });
});

describe('an answer to the handshake that breaks its form is told by what is wrong with it', () => {
  const RESULT = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } };
  const answering = async (make: (id: unknown) => unknown, form: 'json' | 'stream') => {
    const server = keep(
      await cannedServer({
        era: 'legacy',
        onMessage: (message, response) => {
          if (message.method !== 'initialize') return false;
          const text = JSON.stringify(make(message.id));
          if (form === 'json') response.writeHead(200, { 'content-type': 'application/json' }).end(text);
          else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${text}\n\n`);
          return true;
        },
      }),
    );
    return keep(driverFor(server.url));
  };

  it.each<[string, (id: unknown) => unknown]>([
    ['an answer with the id 12345 to the request with the id 0', () => ({ jsonrpc: '2.0', id: 12_345, result: RESULT })],
    ['an answer without an id', () => ({ jsonrpc: '2.0', result: RESULT })],
    ['an answer without "jsonrpc": "2.0"', (id) => ({ id, result: RESULT })],
    ['an answer with "jsonrpc": "1.0"', (id) => ({ jsonrpc: '1.0', id, result: RESULT })],
    ['a batch of 1 message', (id) => [{ jsonrpc: '2.0', id, result: RESULT }]],
    ['an answer with both "error": null and a result', (id) => ({ jsonrpc: '2.0', id, result: RESULT, error: null })],
    ['an answer without result and error', (id) => ({ jsonrpc: '2.0', id })],
    ['an answer whose result is a text', (id) => ({ jsonrpc: '2.0', id, result: 'done' })],
    ['an answer whose error is a text', (id) => ({ jsonrpc: '2.0', id, error: 'broken' })],
  ])('%s', async (words, make) => {
    for (const form of ['json', 'stream'] as const) {
      const driver = await answering(make, form);
      await expect(driver.open(1), form).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringContaining(`initialize was answered with ${words}`),
      });
    }
  });

  it('but an id that came back as a text is taken', async () => {
    const driver = await answering((id) => ({ jsonrpc: '2.0', id: String(id), result: RESULT }), 'json');
    expect((await driver.open(2))[0]).toMatchObject({ era: 'legacy', protocolVersion: '2025-11-25' });
  });

  it('and a refusal keeps its words, whatever its id', async () => {
    const driver = await answering(
      () => ({ jsonrpc: '2.0', id: 'x', error: { code: -32000, message: 'no seats left' } }),
      'json',
    );
    await expect(driver.open(1)).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('no seats left') });
  });
});

it('follows the pages of the tool listing', async () => {
  const tools = Array.from({ length: 7 }, (_, i) => ({ name: `t${i}`, inputSchema: { type: 'object' } }));
  for (const era of ['legacy', 'modern'] as const) {
    const server = keep(await cannedServer({ tools, pageSize: 3, era }));
    const [endpoint] = await keep(driverFor(server.url)).open(1);
    expect(endpoint?.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
  }
});

it('does not turn in a circle of cursors', async () => {
  const server = keep(
    await cannedServer({
      onMessage: (message, response) => {
        if (message.method !== 'tools/list') return false;
        sendResult(response, message, { tools: [], nextCursor: 'again' });
        return true;
      },
    }),
  );
  await expect(driverFor(server.url).open(1)).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('cursor') });
});

describe('the protocol probe', () => {
  const discover = (answer: (response: ServerResponse, id: unknown) => void) =>
    cannedServer({
      era: 'legacy',
      onMessage: (message, response) => {
        if (message.method !== 'server/discover') return false;
        answer(response, message.id);
        return true;
      },
    });
  const rpc = (response: ServerResponse, code: number, error: Record<string, unknown>): void => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
  };

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['404 plain', (r) => r.writeHead(404).end('nothing here'), 'legacy'],
    ['400 -32000', (r) => rpc(r, 400, { code: -32000, message: 'Server not initialized' }), 'legacy'],
    ['404 -32601', (r) => rpc(r, 404, { code: -32601, message: 'Method not found' }), 'legacy'],
    ['200 -32601', (r) => rpc(r, 200, { code: -32601, message: 'Method not found' }), 'legacy'],
    [
      '400 -32022 naming older revisions',
      (r) => rpc(r, 400, { code: -32022, message: 'x', data: { supported: ['2025-11-25'] } }),
      'legacy',
    ],
  ])('takes %s for %s', async (_, answer, era) => {
    const server = keep(await discover(answer));
    expect((await keep(driverFor(server.url)).open(1))[0]).toMatchObject({
      era,
      probe: expect.stringContaining('initialize is used'),
    });
  });

  it.each([
    ['a legacy server that never answers what it does not know', 'legacy'],
    ['a modern server that answers late', 'modern'],
  ] as const)('takes silence for no answer: %s', { timeout: 20_000 }, async (_, era) => {
    const server = keep(
      await cannedServer({
        era,
        stateful: era === 'legacy',
        onMessage: (message, response) => {
          if (message.method !== 'server/discover') return false;
          const result = { supportedVersions: ['2026-07-28'], capabilities: {}, resultType: 'complete' };
          if (era === 'modern') setTimeout(() => sendResult(response, message, result), 700);
          return true;
        },
      }),
    );
    const driver = keep(driverFor(server.url, {}, { handshakeTimeoutMs: era === 'modern' ? 1200 : 5000 }));
    expect((await driver.open(1))[0]).toMatchObject({ era });
    const asked = (method: string) => server.seen.filter(({ message }) => message?.method === method).length;
    expect(asked('server/discover')).toBe(1);
    // A modern server is asked once at most; a legacy one once more for the handshake, and the session of the question is ended.
    expect(asked('initialize')).toBe(era === 'modern' ? 1 : 2);
    const { opened, ended } = driver.counters().sessions;
    expect({ opened, ended }).toEqual(era === 'legacy' ? { opened: 2, ended: 1 } : { opened: 0, ended: 0 });
    if (era === 'legacy') expect(server.sessions.size).toBe(1);
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('takes a modern refusal for modern', async () => {
    const server = keep(
      await cannedServer({
        era: 'modern',
        onMessage: (message, response) => {
          if (message.method !== 'server/discover') return false;
          rpc(response, 400, { code: -32021, message: 'capability' });
          return true;
        },
      }),
    );
    expect((await keep(driverFor(server.url)).open(1))[0]).toMatchObject({
      era: 'modern',
      probe: expect.stringContaining('-32021'),
    });
  });

  it.each([401, 403, 429, 500, 503])('takes %i for no evidence', async (code) => {
    const server = keep(await discover((response) => response.writeHead(code).end()));
    await expect(driverFor(server.url).open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(`HTTP ${code}`),
    });
    expect(server.seen.some(({ message }) => message?.method === 'initialize')).toBe(false);
  });

  it('refuses a server that speaks only what is not known here', async () => {
    const server = keep(
      await discover((response) => rpc(response, 400, { code: -32022, message: 'x', data: { supported: ['2031-01-01'] } })),
    );
    await expect(driverFor(server.url).open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('2031-01-01'),
    });
  });
});

it('drives several endpoints, each with its own sessions', async () => {
  const one = keep(await cannedServer({ stateful: true }));
  const two = keep(await cannedServer({ stateful: true }));
  const driver = keep(driverFor([one.url, two.url]));
  const endpoints = await driver.open(3);
  expect(endpoints.map(({ endpoint }) => endpoint)).toEqual([one.url, two.url]);
  expect([one.sessions.size, two.sessions.size]).toEqual([2, 1]);
  await drive(driver, { endpoint: 1 });
  expect(two.seen.at(-1)?.message?.method).toBe('tools/call');
  expect(one.seen.at(-1)?.message?.method).not.toBe('tools/call');
});
