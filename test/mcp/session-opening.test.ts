import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import type { Target } from '../../src/scenario/target.js';
import { type CannedOptions, type CannedServer, cannedServer, type RpcRequest, sendResult } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { sdkV1Server } from '../fixtures/sdk-server.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

const methodOf = ({ message }: CannedServer['seen'][number]): string | undefined => message?.method;
const initializes = (server: CannedServer) => server.seen.filter((seen) => methodOf(seen) === 'initialize');

/** A server that takes the second `initialize` (and every later one) another way than the first. */
async function fickle(
  later: (message: RpcRequest, response: ServerResponse, count: number) => void,
  more: CannedOptions = {},
): Promise<CannedServer> {
  let count = 0;
  return keep(
    await cannedServer({
      stateful: true,
      ...more,
      onMessage: (message, response) => {
        if (message.method !== 'initialize' || ++count === 1) return false;
        later(message, response, count);
        return true;
      },
    }),
  );
}

const RESULT = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'canned', version: '1' } };
const json = (response: ServerResponse, text: string, headers: Record<string, string> = { 'mcp-session-id': 'other-session' }) =>
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
const rpc = (id: unknown, members: object): string => JSON.stringify({ jsonrpc: '2.0', id, ...members });

describe('sessions after the first', () => {
  it.each(['json', 'sse'] as const)('are opened by the bytes of the first handshake (%s answers)', async (form) => {
    const server = keep(await cannedServer({ stateful: true, form }));
    const client = {
      roots: { result: { roots: [] }, delay: { law: 'constant' as const, ms: 0 } },
      tasks: false,
      progress: false,
    };
    const driver = keep(driverFor(server.url, { headers: { 'x-team': 'blue' } }, { client: client as never }));
    await driver.open(40);
    expect(driver.counters()).toMatchObject({ sessions: { opened: 40, lost: 0 } });
    expect(server.sessions.size).toBe(40);
    const handshakes = initializes(server);
    expect(handshakes).toHaveLength(40);
    for (const { message, headers } of handshakes) {
      expect(message).toEqual(handshakes[0]?.message);
      expect(headers).toMatchObject({ 'x-team': 'blue', accept: 'application/json, text/event-stream' });
      expect(headers['mcp-session-id']).toBeUndefined();
      expect(headers['mcp-protocol-version']).toBeUndefined();
    }
    expect(handshakes[39]?.message?.params).toMatchObject({ protocolVersion: '2025-11-25', capabilities: { roots: {} } });
    const confirmed = server.seen.filter((seen) => methodOf(seen) === 'notifications/initialized');
    expect(new Set(confirmed.map(({ headers }) => headers['mcp-session-id']))).toEqual(server.sessions);
    for (const { message, headers } of confirmed) {
      expect(message).toEqual({ jsonrpc: '2.0', method: 'notifications/initialized' });
      expect(headers['mcp-protocol-version']).toBe('2025-11-25');
    }
    for (let i = 0; i < 40; i++) expect((await drive(driver)).outcome).toBe('ok');
    await driver.close();
    expect(server.sessions.size).toBe(0);
  });

  it('offer the revision that the scenario asks for', async () => {
    const server = keep(await cannedServer({ stateful: true, version: '2025-03-26' }));
    await keep(driverFor(server.url, { protocol: '2025-03-26' })).open(3);
    expect(initializes(server).map(({ message }) => message?.params?.protocolVersion)).toEqual(Array(3).fill('2025-03-26'));
  });

  it('are never on the way in greater number than sixteen, however many callers there are', async () => {
    let now = 0;
    let most = 0;
    const server = await fickle((message, response, count) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        json(response, rpc(message.id, { result: RESULT }), { 'mcp-session-id': `session-of-${count}` });
      }, 5);
    });
    const tenants = ['a', 'b', 'c', 'd'].map((name) => ({ name, headers: { 'x-tenant': name } }));
    // What is asked for with an id that the canned server did not give is refused by it; here all ids are made above.
    const onMessage = server.sessions;
    for (let i = 0; i < 200; i++) onMessage.add(`session-of-${i}`);
    await keep(driverFor(server.url, {}, { tenants })).open(80);
    expect(most).toBeGreaterThan(8);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('are one where the server keeps none', async () => {
    const server = keep(await cannedServer());
    await keep(driverFor(server.url)).open(20);
    expect(initializes(server)).toHaveLength(1);
  });

  it('are opened with a server of the SDK', async () => {
    const server = keep(await sdkV1Server({ stateful: true, json: false }));
    const driver = keep(driverFor(server.url));
    await driver.open(30);
    expect(driver.counters().sessions.opened).toBe(30);
    for (let i = 0; i < 30; i++) expect((await drive(driver)).outcome).toBe('ok');
  });

  it('are renewed during the load by the same requests, with the token of that moment', async () => {
    const server = keep(await cannedServer({ stateful: true }));
    const driver = keep(driverFor(server.url, {}, { sessionCalls: 2, token: 'first-token' }));
    await driver.open(2);
    driver.setToken?.('second-token');
    for (let i = 0; i < 8; i++) expect((await drive(driver)).outcome).toBe('ok');
    await expect.poll(() => driver.counters().sessions.opened).toBeGreaterThanOrEqual(4);
    const handshakes = initializes(server);
    expect(handshakes[1]?.headers.authorization).toBe('Bearer first-token');
    expect(handshakes.at(-1)?.headers.authorization).toBe('Bearer second-token');
    expect(handshakes.at(-1)?.message).toEqual(handshakes[0]?.message);
    expect(driver.counters().warnings).not.toHaveProperty('session-open-failed');
  });
});

describe('a server that takes a later handshake another way than the first', () => {
  const cases: [string, (message: RpcRequest, response: ServerResponse) => void, RegExp, RegExp][] = [
    ['no JSON', (_, r) => json(r, 'Bad gateway'), /unlike the first: an answer that is not JSON: Bad gateway/, /more than one/],
    ['an empty answer', (_, r) => json(r, ''), /unlike the first: an empty answer/, /more than one/],
    ['JSON that is no JSON-RPC', (_, r) => json(r, '{"hello":1}'), /an answer that is no JSON-RPC message/, /more than one/],
    ['a list', (m, r) => json(r, `[${rpc(m.id, { result: RESULT })}]`), /an answer that is no JSON-RPC message/, /more than one/],
    [
      'a web page',
      (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Login</h1>'),
      /unlike the first: content type text\/html; it says: web page "Login"/,
      /more than one/,
    ],
    [
      'another id',
      (_, r) => json(r, rpc(7, { result: RESULT })),
      /an answer with the id 7 to the request with the id 0/,
      /more than one/,
    ],
    ['neither result nor error', (m, r) => json(r, rpc(m.id, {})), /an answer without result and error/, /more than one/],
    [
      'another revision',
      (m, r) => json(r, rpc(m.id, { result: { ...RESULT, protocolVersion: '2025-06-18' } })),
      /names the revision "2025-06-18", and the first one agreed on 2025-11-25/,
      /more than one version/,
    ],
    ['no revision', (m, r) => json(r, rpc(m.id, { result: { capabilities: {} } })), /names the revision none/, /more than one/],
    [
      'no serverInfo',
      (m, r) => json(r, rpc(m.id, { result: { ...RESULT, serverInfo: undefined } })),
      /without capabilities or serverInfo/,
      /more than one/,
    ],
    [
      'no session id',
      (m, r) => json(r, rpc(m.id, { result: RESULT }), {}),
      /it gave no session id, and the first one got one/,
      /more than one/,
    ],
    [
      'an error',
      (m, r) => json(r, rpc(m.id, { error: { code: -32000, message: 'Too many sessions' } })),
      /refused opening session 2 of 3: -32000 Too many sessions/,
      /sessions\.count/,
    ],
    [
      'an error without an id',
      (_, r) => json(r, rpc(null, { error: { code: -32603, message: 'oops' } })),
      /refused opening session 2 of 3: -32603 oops/,
      /sessions\.count/,
    ],
    ['HTTP 503', (_, r) => r.writeHead(503).end('full'), /answered opening session 2 of 3 with HTTP 503: full/, /log/],
    ['HTTP 401', (_, r) => r.writeHead(401).end(), /answered opening session 2 of 3 with HTTP 401/, /target\.auth/],
    [
      'a stream without an answer',
      (_, r) => r.writeHead(200, { 'content-type': 'text/event-stream' }).end(': hi\n\n'),
      /never answered/,
      /./,
    ],
    [
      'a stream with another id',
      (_, r) => r.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${rpc(9, { result: RESULT })}\n\n`),
      /an answer with the id 9/,
      /more than one/,
    ],
    ['a closed connection', (_, r) => r.destroy(), /closed the connection without an answer \(opening session 2 of 3/, /log/],
  ];
  it.each(cases)('%s', async (_, later, message, hint) => {
    const server = await fickle(later);
    // The second session alone can be the one that fails first.
    const driver = driverFor(server.url, { protocol: 'legacy' }, { handshakeTimeoutMs: 2000 });
    const error = (await driver.open(3).catch((thrown: unknown) => thrown)) as {
      name: string;
      exitCode: number;
      message: string;
      details: { hint: string };
    };
    expect(error).toMatchObject({ name: 'PlimsollError', exitCode: 6 });
    expect(error.message.replace('session 3 of', 'session 2 of')).toMatch(message);
    expect(error.details.hint).toMatch(hint);
    expect(server.sessions.size).toBe(0);
  });

  it('silence ends at the time limit of the handshake', async () => {
    const server = await fickle(() => {});
    const driver = driverFor(server.url, {}, { handshakeTimeoutMs: 200 });
    await expect(driver.open(2)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/gave no answer to opening session 2 of 2: no answer within 200 ms/),
    });
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('notifications before the answer are no answer', async () => {
    let given = 0;
    const server = await fickle((message, response) => {
      const before = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'hi' } });
      const id = `later-session-${given++}`;
      server.sessions.add(id);
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': id });
      response.end(`: hello\n\nid: 1\ndata:\n\ndata: ${before}\n\ndata: ${rpc(message.id, { result: RESULT })}\n\n`);
    });
    const driver = keep(driverFor(server.url));
    await driver.open(3);
    expect(driver.counters().sessions.opened).toBe(3);
  });

  it('a session whose confirmation is refused is ended again', async () => {
    let confirmations = 0;
    const server = keep(
      await cannedServer({
        stateful: true,
        onMessage: (message, response) => {
          if (message.method !== 'notifications/initialized' || ++confirmations === 1) return false;
          response.writeHead(500).end('cannot');
          return true;
        },
      }),
    );
    const driver = keep(driverFor(server.url, {}, { sessionCalls: 1 }));
    await driver.open(1);
    expect((await drive(driver)).outcome).toBe('ok');
    await expect.poll(() => driver.counters().warnings['session-open-failed']).toBeGreaterThanOrEqual(1);
    // The renewal failed: calls go on on the old session, and the new one is not left with the server.
    await expect.poll(() => [...server.sessions]).toEqual(['session-0']);
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('is named with its tenant, and told without secrets', async () => {
    const server = keep(
      await cannedServer({
        stateful: true,
        onMessage: (message, response, request) => {
          const isSecond = initializes(server).filter(({ headers }) => headers['x-tenant'] === 'globex').length > 1;
          if (message.method !== 'initialize' || request.headers['x-tenant'] !== 'globex' || !isSecond) return false;
          json(response, rpc(message.id, { error: { code: -32001, message: `no more for ${request.headers.authorization}` } }));
          return true;
        },
      }),
    );
    const tenants = [
      { name: 'acme', headers: { 'x-tenant': 'acme' } },
      { name: 'globex', headers: { 'x-tenant': 'globex', authorization: 'Bearer token-of-globex' } },
    ];
    await expect(driverFor(server.url, {}, { tenants }).open(4)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(/refused opening session \d of 4 \(tenant globex\): -32001 no more for \*\*\*$/),
    });
  });

  it('loses no call over it while the load runs: the lost session is tried again', async () => {
    let wrong = 3;
    const server = await fickle((message, response, count) => {
      const id = `session-${100 + count}`;
      if (wrong-- > 0) return void json(response, rpc('x', { result: RESULT }));
      server.sessions.add(id);
      sendResult(response, message, RESULT, 'json', { 'mcp-session-id': id });
    });
    const driver: Driver = keep(driverFor(server.url, {}, {}));
    await driver.open(1);
    server.sessions.clear();
    expect((await drive(driver)).outcome).toBe('session-lost');
    await expect.poll(() => driver.counters().sessions.opened, { timeout: 10_000 }).toBe(2);
    expect(driver.counters()).toMatchObject({ sessions: { lost: 1, replaced: 1 }, warnings: { 'session-open-failed': 3 } });
    expect((await drive(driver)).outcome).toBe('ok');
  }, 15_000);
});

it('each tenant keeps to the revision of its own first handshake', async () => {
  const server = keep(
    await cannedServer({
      stateful: true,
      onMessage: (message, response, request) => {
        if (message.method !== 'initialize' || request.headers['x-tenant'] !== 'old') return false;
        const id = `old-${server.sessions.size}`;
        server.sessions.add(id);
        sendResult(response, message, { ...RESULT, protocolVersion: '2025-03-26' }, 'json', { 'mcp-session-id': id });
        return true;
      },
    }),
  );
  const tenants = ['new', 'old'].map((name) => ({ name, headers: { 'x-tenant': name } }));
  const more: Partial<DriverOptions> = { tenants };
  const target: Partial<Target> = { protocol: 'legacy' };
  const driver = keep(driverFor(server.url, target, more));
  await driver.open(6);
  for (const tenant of [0, 1]) expect((await drive(driver, { tenant })).outcome).toBe('ok');
  const calls = server.seen.filter((seen) => methodOf(seen) === 'tools/call');
  expect(calls.map(({ headers }) => headers['mcp-protocol-version'])).toEqual(['2025-11-25', '2025-03-26']);
});
