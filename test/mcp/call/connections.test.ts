import { fork } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/mcp/call/clock.js';
import type { Driver } from '../../../src/mcp/driver.js';
import { cannedServer, echo } from '../../fixtures/canned-server.js';
import { drive, driverFor } from '../../fixtures/drive-call.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.reverse()) await close();
  closing.length = 0;
});

/** A good server, and the sockets on which calls came, in order. */
async function serverWithSockets(headers: Record<string, string> = {}) {
  const sockets: Socket[] = [];
  const server = await cannedServer({
    onCall: (message, response, request) => {
      if (!sockets.includes(request.socket)) sockets.push(request.socket);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      echo(message, response);
    },
  });
  // Its own limit must not come before ours.
  if ('keepAliveTimeout' in server.server) server.server.keepAliveTimeout = 0;
  closing.push(() => server.close());
  return { ...server, sockets };
}

async function opened(url: string, idleTimeoutMs?: number, more: Parameters<typeof driverFor>[1] = {}): Promise<Driver> {
  const driver = driverFor(url, { protocol: 'legacy', ...more, ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }) });
  closing.push(() => driver.close());
  await driver.open(1);
  return driver;
}

const closed = (socket: Socket): Promise<unknown> =>
  socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));
/** Lets the server read what is on its sockets. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('a connection of ours that lies idle', () => {
  it.each([
    ['is kept for 55 s where nothing else is said', undefined, {}, 55_000],
    ['is kept as long as target.idleTimeout says', 9000, {}, 9000],
    ['is kept for a little less than the server says', undefined, { 'keep-alive': 'timeout=5' }, 4500],
    ['is kept also by the shortest word of the server', undefined, { 'keep-alive': 'timeout=1' }, 500],
    ['is not kept for longer than target.idleTimeout, whatever the server says', 9000, { 'keep-alive': 'timeout=600' }, 9000],
  ])('%s', async (_, idleTimeoutMs, headers, keptMs) => {
    const server = await serverWithSockets({ connection: 'keep-alive', ...headers });
    const driver = await opened(server.url, idleTimeoutMs);
    // The clock of the calls runs on; that of idle sockets is ours from here.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    expect((await drive(driver)).outcome).toBe('ok');
    const [socket] = server.sockets;
    await settled();
    await vi.advanceTimersByTimeAsync(keptMs - 50);
    await settled();
    expect((await drive(driver)).outcome).toBe('ok');
    expect(server.sockets).toEqual([socket]);
    await settled();
    await vi.advanceTimersByTimeAsync(keptMs + 50);
    await closed(socket!);
    expect((await drive(driver)).outcome).toBe('ok');
    expect(server.sockets).toHaveLength(2);
    expect(driver.counters().warnings).toEqual({});
  });
});

describe('a server that resets a connection that lies idle', () => {
  it('fails no call: one that waits for it goes out on a new one, and that is counted', async () => {
    const server = await serverWithSockets();
    const driver = await opened(server.url);
    for (let round = 1; round <= 20; round++) {
      expect((await drive(driver)).outcome).toBe('ok');
      // From here sockets are read before the call is written, and the reset is the first thing to be read.
      await settled();
      server.sockets.at(-1)!.resetAndDestroy();
      const answer = await drive(driver);
      expect(answer.outcome, answer.text).toBe('ok');
    }
    const { warnings } = driver.counters();
    expect(Object.keys(warnings)).toEqual(['idle-connection-reset']);
    expect(warnings['idle-connection-reset']).toBe(20);
  });

  it('fails no handshake and no end of a session', async () => {
    const server = await cannedServer({ stateful: true });
    const sockets = new Set<Socket>();
    server.server.on('connection', (socket: Socket) => sockets.add(socket));
    closing.push(() => server.close());
    const driver = await opened(server.url);
    await settled();
    for (const socket of sockets) socket.resetAndDestroy();
    await driver.close();
    expect(server.sessions.size).toBe(0);
  });
});

/** Answers the handshake, and puts the connection of each call in the hands of `onCall`. */
async function rawServer(onCall: (socket: Socket, id: number, count: number) => void) {
  let count = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let held = '';
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1');
      const end = held.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
      if (end < 0 || held.length < end + 4 + length) return;
      const body = held.slice(end + 4);
      held = '';
      const message = (body === '' ? {} : JSON.parse(body)) as { id?: number; method?: string };
      if (message.method === 'tools/call') {
        onCall(socket, message.id!, count++);
        return;
      }
      const result =
        message.method === 'initialize'
          ? { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } }
          : { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] };
      respond(socket, message.id === undefined ? '' : JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/mcp`;
}
const respond = (socket: Socket, body: string): void => {
  socket.write(
    `HTTP/1.1 ${body === '' ? '202 Accepted' : '200 OK'}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
};
const good = (socket: Socket, id: number): void =>
  respond(socket, JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'x' }] } }));

describe('a connection that breaks with a call on it', () => {
  it('is told as stale when it had been idle before and broke at once', async () => {
    const url = await rawServer((socket, id, count) => (count === 0 ? good(socket, id) : socket.resetAndDestroy()));
    let nowMs = 0;
    const driver = driverFor(
      url,
      { protocol: 'legacy' },
      {
        clock: { ...systemClock, now: () => nowMs },
      },
    );
    closing.push(() => driver.close());
    await driver.open(1);
    expect((await drive(driver)).outcome).toBe('ok');
    nowMs = 7000;
    const answer = await drive(driver);
    expect(answer.outcome).toBe('connection-reset');
    expect(answer.text).toMatch(
      /ECONNRESET, on a connection that had been idle for 7 s: does the server close idle ones sooner than target\.idleTimeout\?$/,
    );
    expect(driver.counters().warnings).toEqual({ 'stale-connection': 1 });
    // The connection is new now: a reset of it is one under load.
    const under = await drive(driver);
    expect(under.outcome).toBe('connection-reset');
    expect(under.text).not.toContain('idle');
    expect(driver.counters().warnings).toEqual({ 'stale-connection': 1 });
  });

  it('is a reset under load when it was in use', async () => {
    const url = await rawServer((socket, id, count) => (count === 0 ? good(socket, id) : socket.resetAndDestroy()));
    const driver = await opened(url);
    expect((await drive(driver)).outcome).toBe('ok');
    const answer = await drive(driver);
    expect(answer.outcome).toBe('connection-reset');
    expect(answer.text).not.toContain('idle');
    expect(driver.counters().warnings).toEqual({});
  });
});

describe('a refusal that comes while the request is still being written', () => {
  it('is read, though the write fails: 413 for each of 80 large arguments', async () => {
    const child = fork(join(import.meta.dirname, '..', '..', 'fixtures', 'refusing-server.js'));
    closing.push(() => child.kill());
    const url = await new Promise<string>((resolve) =>
      child.once('message', (port) => resolve(`http://127.0.0.1:${String(port)}/mcp`)),
    );
    const driver = await opened(url);
    const argumentsJson = JSON.stringify({ message: 'x'.repeat(10_000_000) });
    const tally: Record<string, number> = {};
    for (let round = 0; round < 16; round++) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => drive(driver, { argumentsJson, timeoutMs: 30_000 })));
      for (const { outcome, httpStatus, text } of answers) {
        const name = `${outcome} ${httpStatus ?? text}`;
        tally[name] = (tally[name] ?? 0) + 1;
      }
    }
    expect(tally).toEqual({ 'contract 413': 80 });
    expect((await drive(driver)).outcome).toBe('ok');
  }, 120_000);
});

describe('what our own HTTP client refuses', () => {
  const headers = { 'x-bad': 'line\nbreak' };

  it('is told as ours before the load: no socket was opened', async () => {
    for (const transport of ['streamable-http', 'sse'] as const) {
      let connections = 0;
      const server = createServer(() => connections++);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => server.close());
      const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/mcp`;
      const driver = driverFor(url, { headers, transport });
      closing.push(() => driver.close());
      const error = await driver.open(1).catch((reason: unknown) => reason);
      expect(String(error)).toContain('no request could be made for');
      expect(String(error)).toContain('invalid x-bad header (UND_ERR_INVALID_ARG); nothing was sent');
      expect((error as { details: { hint?: string } }).details.hint).toContain('check target.url, target.headers');
      expect(connections).toBe(0);
    }
  });

  it('is a class of its own in a call', async () => {
    const server = await cannedServer();
    closing.push(() => server.close());
    const driver = await opened(server.url);
    // A trace id that no header holds stands for whatever the client may not take.
    const answer = await drive(driver, { traceparent: '00-\n0000000000000000000000000000001-00000000000000aa-01' });
    expect(answer).toMatchObject({ outcome: 'unsendable', answered: false, text: 'invalid x-request-id header' });
    expect((await drive(driver)).outcome).toBe('ok');
  });
});

it('asks for plain bodies, unless the scenario asks for another form', async () => {
  for (const [headers, expected] of [
    [{}, 'identity'],
    [{ 'Accept-Encoding': 'gzip, br' }, 'gzip, br'],
  ] as const) {
    const server = await cannedServer({ stateful: true });
    closing.push(() => server.close());
    const driver = driverFor(server.url, { headers });
    closing.push(() => driver.close());
    await driver.open(2);
    await drive(driver);
    await driver.close();
    expect(server.seen.some(({ method }) => method === 'DELETE')).toBe(true);
    expect(new Set(server.seen.map((request) => request.headers['accept-encoding']))).toEqual(new Set([expected]));
  }
});
