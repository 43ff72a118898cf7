import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OUTCOMES } from '../../src/scenario/outcome.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { EXPECTED_TLS, OPENED_TLS, SILENT_TLS } from './expected-tls.js';
import { AUTHORITY, misbehavingTlsServer, TLS_NAMES, type TlsMisbehaviour } from './misbehaving-tls-server.js';

const TIMEOUT_MS = 5000;
const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: '2025-03-26', capabilities: { tools: {} }, serverInfo: { name: 'tls', version: '1' } },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'fine' }] },
};

/** The least of an MCP server, over Streamable HTTP with JSON answers or over HTTP+SSE. */
function mcp(transport: 'streamable-http' | 'sse'): RequestListener {
  let stream: ServerResponse | undefined;
  return (request, response) => {
    if (request.method !== 'POST') {
      if (transport !== 'sse') return void response.writeHead(405).end();
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
      stream.write('event: endpoint\ndata: /message?sessionId=s-0123456789\n\n');
      return;
    }
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      if (id === undefined) return void response.writeHead(202).end();
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: results[method] });
      if (transport === 'sse') {
        response.writeHead(202).end();
        stream?.write(`event: message\ndata: ${text}\n\n`);
      } else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
  };
}

async function serve(transport: 'streamable-http' | 'sse', handshakeTimeoutMs = TIMEOUT_MS) {
  const server = await misbehavingTlsServer(mcp(transport));
  const url = `https://127.0.0.1:${server.port}/${transport === 'sse' ? 'sse' : 'mcp'}`;
  const tls = { ca: AUTHORITY, insecure: false };
  const driver = driverFor(url, { transport, tls, protocol: 'legacy' }, { handshakeTimeoutMs });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  return { server, driver };
}

describe.each(['streamable-http', 'sse'] as const)('a server that turns bad in TLS, %s', (transport) => {
  it.each(Object.entries(EXPECTED_TLS) as [TlsMisbehaviour, (typeof EXPECTED_TLS)[keyof typeof EXPECTED_TLS]][])(
    '%s',
    async (name, { outcome, says }) => {
      const { server, driver } = await serve(transport);
      await driver.open(1);
      expect((await drive(driver)).outcome).toBe('ok');
      server.turn(name);
      server.dropIdle();
      await expect.poll(() => server.sockets.size).toBe(transport === 'sse' ? 1 : 0);
      const startedMs = performance.now();
      const call = drive(driver, { timeoutMs: TIMEOUT_MS });
      const answer = await call;
      expect(answer.outcome, answer.text).toBe(outcome);
      expect(answer.text).toMatch(says);
      expect(answer.answered).toBe(OUTCOMES[outcome].answered);
      expect(answer.endedMs - startedMs).toBeLessThan(TIMEOUT_MS / 2);
      server.turn('fine');
      expect((await drive(driver)).outcome).toBe('ok');
      await driver.close();
      await expect.poll(() => server.sockets.size).toBe(0);
      expect(call.times()).toBe(1);
    },
  );

  it.each(SILENT_TLS)('%s ends at the timeout', async (name) => {
    const { server, driver } = await serve(transport);
    await driver.open(1);
    server.turn(name);
    server.dropIdle();
    await expect.poll(() => server.sockets.size).toBe(transport === 'sse' ? 1 : 0);
    expect(await drive(driver, { timeoutMs: 200 })).toMatchObject({ outcome: 'timeout', answered: false });
    server.turn('fine');
    expect((await drive(driver)).outcome).toBe('ok');
    await driver.close();
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it.each(TLS_NAMES)('is refused at its start with a sentence: %s', async (name) => {
    const { server, driver } = await serve(transport, 500);
    server.turn(name);
    const error = await driver.open(1).then(
      () => expect.unreachable('it opened'),
      (caught: { message: string; exitCode: number; details: { hint?: string } }) => caught,
    );
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(OPENED_TLS[name]);
    expect(error.details.hint?.length).toBeGreaterThan(0);
    await expect.poll(() => server.sockets.size).toBe(0);
  });
});

it('gives an event stream up that is to be opened again and hangs in the handshake', async () => {
  const { server, driver } = await serve('sse', 150);
  await driver.open(1);
  server.turn('tls-silence');
  for (const socket of server.sockets) socket.destroy();
  // One attempt at a time, each with an end.
  await expect.poll(() => driver.counters().warnings['session-open-failed'], { timeout: 5000 }).toBeGreaterThanOrEqual(3);
  expect(server.sockets.size).toBeLessThanOrEqual(1);
  server.turn('fine');
  await expect.poll(async () => (await drive(driver)).outcome, { timeout: 10_000, interval: 50 }).toBe('ok');
});
