import { type ChildProcess, fork } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { callOf, drive, driverFor } from '../fixtures/drive-call.js';
import { type Listening, listen } from '../fixtures/listen.js';
import { type Misbehaviour, misbehavingServer } from '../fixtures/misbehaving-server.js';

const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of closing.reverse()) await thing.close();
  closing.length = 0;
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (condition: () => boolean, withinMs = 3000): Promise<void> => {
  const endMs = performance.now() + withinMs;
  while (!condition() && performance.now() < endMs) await sleep(5);
};

async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await sleep(150);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

function answerHandshake(socket: Socket, request: string): void {
  const message = JSON.parse(request.slice(request.indexOf('\r\n\r\n') + 4)) as { id?: number; method: string };
  const results: Record<string, unknown> = {
    initialize: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } },
    'tools/list': { tools: [] },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: results[message.method] });
  if (message.id === undefined) socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
  else socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

/** Keeps `slots` calls in flight until `count` have ended; tells how often `done` was called. */
function storm(
  driver: Driver,
  tool: string,
  count: number,
  slots = 25,
): Promise<{ readonly outcomes: ReadonlyMap<string, number> }> {
  const outcomes = new Map<string, number>();
  let started = 0;
  let ended = 0;
  return new Promise((resolve) => {
    const next = (): void => {
      if (started >= count) return;
      started++;
      driver.start(callOf({ tool, timeoutMs: 20_000 }), (answer) => {
        outcomes.set(answer.outcome, (outcomes.get(answer.outcome) ?? 0) + 1);
        if (++ended === count) resolve({ outcomes });
        else next();
      });
    };
    for (let i = 0; i < slots; i++) next();
  });
}

it('leaves nothing behind after 20,000 failing calls', { timeout: 120_000 }, async () => {
  const server = keep(await misbehavingServer({ form: 'json', era: 'legacy' }));
  const driver = keep(driverFor(server.url));
  await driver.open(1);
  const mix: readonly (readonly [Misbehaviour, string])[] = [
    ['http-500', 'server-error'],
    ['reset', 'connection-reset'],
    ['bad-json', 'malformed'],
    ['wrong-id', 'protocol-violation'],
  ];
  for (const [tool] of mix) await storm(driver, tool, 500);
  server.received.length = 0;
  server.closedAtMs.clear();
  const before = await heapBytes();
  for (const [tool, outcome] of mix) expect(await storm(driver, tool, 5000)).toEqual({ outcomes: new Map([[outcome, 5000]]) });
  server.received.length = 0;
  const grown = (await heapBytes()) - before;
  // A record kept for each call would be some 10 MB.
  expect(grown).toBeLessThan(3e6);
  await driver.close();
  await until(() => server.sockets.size === 0);
  expect(server.sockets.size).toBe(0);
});

it('takes no more connections than there are calls at once, whatever fails', async () => {
  const server = keep(await misbehavingServer({ form: 'sse', era: 'legacy' }));
  const driver = keep(driverFor(server.url));
  await driver.open(1);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, server.sockets.size);
  }, 1);
  await storm(driver, 'fine', 2000, 20);
  clearInterval(watch);
  // The 16 at most of the side channel, and a few streams in their last breath.
  expect(most).toBeLessThan(2 * 20 + 16);
});

describe('close', () => {
  it('ends what is in flight as cancelled, once, and leaves no socket and no timer', async () => {
    const server = keep(await misbehavingServer({ form: 'json', era: 'legacy', stateful: true }));
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const driver = driverFor(server.url);
    await driver.open(3);
    const ends: string[] = [];
    for (let i = 0; i < 10; i++)
      driver.start(callOf({ tool: 'silence', timeoutMs: 60_000 }), ({ outcome }) => ends.push(outcome));
    await until(() => server.received.filter((method) => method === 'tools/call').length === 10);
    await driver.close();
    expect(ends).toEqual(Array(10).fill('cancelled'));
    expect(server.received.filter((method) => method === 'DELETE')).toHaveLength(3);
    await until(() => server.sockets.size === 0);
    expect(server.sockets.size).toBe(0);
    expect(timers()).toBeLessThanOrEqual(before);
    await driver.close();
    expect(ends).toHaveLength(10);
  });

  it('is not held up by a server that never answers the DELETE', async () => {
    const server = keep(await cannedServer({ stateful: true, onMessage: () => false }));
    const driver = driverFor(server.url);
    await driver.open(2);
    await server.close();
    const startedMs = performance.now();
    await driver.close();
    expect(performance.now() - startedMs).toBeLessThan(3500);
  });
});

it('counts connections beyond maxInFlight, which streams left open after their answer cost', async () => {
  const server = keep(await misbehavingServer({ form: 'sse', era: 'legacy' }));
  const driver = keep(driverFor(server.url, {}, { maxInFlight: 1 }));
  await driver.open(1);
  await drive(driver, { tool: 'fine' });
  await drive(driver, { tool: 'fine' });
  expect(driver.counters().warnings).toEqual({});
  for (let i = 0; i < 3; i++) await drive(driver, { tool: 'fine-stream-left-open' });
  expect(driver.counters().warnings).toEqual({ 'connections-over-max-in-flight': 2 });
});

it('gives one class to a large body that is refused while it is still being written', async () => {
  const net: Listening = keep(
    await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        let seen = '';
        socket.on('data', (chunk) => {
          seen += chunk.toString('latin1').slice(0, 2000);
          if (!seen.includes('tools/call')) return answerHandshake(socket, chunk.toString('utf8'));
          // Says no, reads no further, and lets the kernel reset what still comes.
          socket.pause();
          socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n', () =>
            socket.destroy(),
          );
        });
      }),
    ),
  );
  const driver = keep(driverFor(`http://127.0.0.1:${net.port}/mcp`, { protocol: 'legacy' }));
  await driver.open(1);
  const call = drive(driver, { argumentsJson: JSON.stringify({ message: 'x'.repeat(20e6) }), timeoutMs: 10_000 });
  // The answer when it can be read, else the reset.
  expect(['contract', 'connection-reset']).toContain((await call).outcome);
  await sleep(50);
  expect(call.times()).toBe(1);
});

describe('a server that is gone', () => {
  it('says why, also where both IPv6 and IPv4 were tried', async () => {
    const server = await cannedServer();
    const driver = keep(driverFor(server.url.replace('127.0.0.1', 'localhost')));
    await driver.open(1);
    await server.close();
    await sleep(20);
    expect(await drive(driver)).toMatchObject({ outcome: 'connect-failed', text: expect.stringContaining('ECONNREFUSED') });
  });

  it('gives connect-failed at once, and is found again when it is back', async () => {
    const server = await cannedServer();
    const driver = keep(driverFor(server.url));
    await driver.open(1);
    await drive(driver);
    await server.close();
    await sleep(20);
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => drive(driver)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(5).fill('connect-failed'));
    expect(answers[0]?.text).toContain('ECONNREFUSED');
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  it('opens a lost session again with back-off, by one handshake at a time', async () => {
    let healthy = true;
    const handshakes: number[] = [];
    const server = keep(
      await cannedServer({
        stateful: true,
        onMessage: (message, response) => {
          if (message.method !== 'initialize') return false;
          handshakes.push(performance.now());
          if (healthy) return false;
          response.writeHead(503).end();
          return true;
        },
      }),
    );
    const driver = keep(driverFor(server.url));
    await driver.open(1);
    handshakes.length = 0;
    healthy = false;
    server.sessions.clear();
    const endMs = performance.now() + 600;
    while (performance.now() < endMs) expect((await drive(driver)).outcome).toBe('session-lost');
    // At once, and after 250 ms; the next would come 500 ms later.
    expect(handshakes.length).toBeGreaterThanOrEqual(1);
    expect(handshakes.length).toBeLessThanOrEqual(3);
    for (let i = 1; i < handshakes.length; i++) expect(handshakes[i]! - handshakes[i - 1]!).toBeGreaterThan(200);
    healthy = true;
    await until(() => server.sessions.size === 1, 5000);
    await sleep(50);
    expect((await drive(driver)).outcome).toBe('ok');
    expect(driver.counters()).toMatchObject({ sessions: { opened: 2, lost: 1 } });
  });

  it('times out a call whose connection does not come to stand, and gives the attempt up', { timeout: 30_000 }, async () => {
    const script = fileURLToPath(new URL('../fixtures/tiny-backlog-server.js', import.meta.url));
    const child: ChildProcess = fork(script);
    keep({
      close: async () => {
        child.kill('SIGKILL');
      },
    });
    const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(Number(message))));
    const driver = driverFor(`http://127.0.0.1:${port}/mcp`);
    await driver.open(1);
    // A stopped process accepts nothing: once its backlog is full the kernel drops what comes, as a firewall does.
    child.kill('SIGSTOP');
    const fillers: Socket[] = [];
    for (let i = 0; i < 8; i++) fillers.push(connect(port, '127.0.0.1').on('error', () => {}));
    await sleep(200);
    const answers = await Promise.all(Array.from({ length: 4 }, () => drive(driver, { timeoutMs: 200 })));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(4).fill('timeout'));
    for (const filler of fillers) filler.destroy();
    await driver.close();
    await sleep(50);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'TCPConnectWrap')).toEqual([]);
  });
});
