import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import { drive, driverFor } from '../fixtures/drive-call.js';

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  message: { readonly id?: unknown; readonly method?: string },
) => void;

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A legacy server whose answer to `tools/call`, and to a GET, the test gives. */
async function opened(handlers: {
  readonly call: Handler;
  readonly get: Handler;
}): Promise<{ driver: Driver; gets: IncomingMessage[]; told: (string | undefined)[] }> {
  const gets: IncomingMessage[] = [];
  const told: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (request.method === 'GET') {
        gets.push(request);
        handlers.get(request, response, {});
        return;
      }
      const message = JSON.parse(body || '{}') as { id?: unknown; method?: string };
      told.push(message.method);
      const answer = (result: unknown): void => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
      };
      if (message.method === 'initialize')
        answer({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
      else if (message.method === 'tools/list') answer({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] });
      else if (message.method === 'tools/call') handlers.call(request, response, message);
      else response.writeHead(message.id === undefined ? 202 : 400).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const driver = driverFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, { protocol: 'legacy' });
  closing.push(
    () => new Promise((done) => server.close(done)),
    () => server.closeAllConnections(),
    () => driver.close(),
  );
  await driver.open(1);
  return { driver, gets, told };
}

const stream = (response: ServerResponse, ...events: string[]): void => {
  response.setHeader('content-type', 'text/event-stream');
  response.end(events.map((event) => `${event}\n\n`).join(''));
};
const result = (id: unknown): string =>
  `data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'late' }] } })}`;

describe('a stream that a legacy server closes before its answer', () => {
  it('is asked for by an id of any letters, in the bytes of their UTF-8', async () => {
    const { driver, gets } = await opened({
      call: (_, response, { id }) => stream(response, `id: ünï-€-${String(id)}\nretry: 100\ndata:`),
      get: (request, response) => {
        const event = Buffer.from(String(request.headers['last-event-id']), 'latin1').toString('utf8');
        stream(response, result(Number(event.replace('ünï-€-', ''))));
      },
    });
    expect((await drive(driver)).outcome).toBe('ok');
    expect(gets).toHaveLength(1);
  });

  it('is lost where no header can carry its id', async () => {
    const { driver, gets } = await opened({
      call: (_, response) => stream(response, 'id: a\u0001b\ndata:'),
      get: (_, response) => response.writeHead(500).end(),
    });
    expect((await drive(driver)).outcome).toBe('stream-lost');
    expect(gets).toHaveLength(0);
  });

  it.each(['retry: 0', 'retry: 1'])('is not asked for without end where the server says %s', async (retry) => {
    let count = 0;
    const { driver, gets } = await opened({
      call: (_, response) => stream(response, `id: e${count++}\n${retry}\ndata:`),
      get: (_, response) => stream(response, `id: e${count++}\n${retry}\ndata:`),
    });
    expect((await drive(driver, { timeoutMs: 1500 })).outcome).toBe('timeout');
    // 100, 200, 400 and 800 ms.
    expect(gets.length).toBeGreaterThanOrEqual(1);
    expect(gets.length).toBeLessThanOrEqual(3);
  });

  it('is resumed from its last event, after the pause that the server asked for', async () => {
    let asked: unknown;
    const { driver, gets } = await opened({
      call: (_, response, { id }) => {
        asked = id;
        stream(response, 'id: first\nretry: 120\ndata:');
      },
      get: (_, response) => stream(response, `id: second\n${result(asked)}`),
    });
    const startedMs = performance.now();
    const answer = await drive(driver, { wantResult: true });
    expect(answer).toMatchObject({ outcome: 'ok', result: { content: [{ text: 'late' }] } });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(119);
    expect(gets.map(({ headers }) => [headers['last-event-id'], headers.accept, headers['mcp-protocol-version']])).toEqual([
      ['first', 'text/event-stream', '2025-11-25'],
    ]);
    expect(driver.counters().warnings).toMatchObject({ 'stream-resumed': 1 });
  });

  it('is resumed as often as the server closes it', async () => {
    let asked: unknown;
    let times = 0;
    const { driver, gets } = await opened({
      call: (_, response, { id }) => {
        asked = id;
        stream(response, 'id: e0\nretry: 5\ndata:');
      },
      get: (_, response) => stream(response, ++times < 4 ? `id: e${times}\nretry: 5\ndata:` : result(asked)),
    });
    expect((await drive(driver)).outcome).toBe('ok');
    expect(gets.map(({ headers }) => headers['last-event-id'])).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  it('is lost where the server does not give the rest, and where it named no event', async () => {
    const refusing = await opened({
      call: (_, response) => stream(response, 'id: first\nretry: 5\ndata:'),
      get: (_, response) => response.writeHead(405).end(),
    });
    const answer = await drive(refusing.driver);
    expect(answer.outcome).toBe('stream-lost');
    expect(answer.text).toContain('resuming it was answered with HTTP 405');
    const broken = await opened({
      call: (_, response) => stream(response, 'id: first\nretry: 5\ndata:'),
      get: (request) => request.socket.destroy(),
    });
    expect((await drive(broken.driver)).outcome).toBe('stream-lost');
    const nameless = await opened({ call: (_, response) => stream(response, 'data:'), get: (_, response) => response.end() });
    expect((await drive(nameless.driver)).outcome).toBe('stream-lost');
    expect(nameless.gets).toEqual([]);
  });

  it('counts against the timeout of the call, and asks for nothing after it; the server is told', async () => {
    const { driver, gets, told } = await opened({
      call: (_, response) => stream(response, 'id: first\nretry: 400\ndata:'),
      get: (_, response) => response.end(),
    });
    expect((await drive(driver, { timeoutMs: 150 })).outcome).toBe('timeout');
    await new Promise((done) => setTimeout(done, 350));
    expect(gets).toEqual([]);
    expect(told).toContain('notifications/cancelled');
  });
});
