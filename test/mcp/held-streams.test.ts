import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StreamTally } from '../../src/analysis/stream-tally.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import type { ClientSide } from '../../src/scenario/client.js';
import { cannedServer } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { type SdkServer, sdkV1Server, sdkV2Server } from '../fixtures/sdk-server.js';

async function opened(
  server: SdkServer | Awaited<ReturnType<typeof cannedServer>>,
  sessions: number,
  more: Partial<DriverOptions> = {},
) {
  const driver = driverFor(server.url, {}, { stream: true, ...more });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(sessions);
  return driver;
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const CLIENT: ClientSide = {
  tasks: false,
  progress: false,
  sampling: {
    result: { role: 'assistant', content: { type: 'text', text: 'a summary' }, model: 'm' },
    delay: { law: 'constant', ms: 200 },
  },
};

describe('held streams', () => {
  it('are one GET a session in legacy eras, each on a socket of its own beside the calls', async () => {
    const server = await sdkV1Server({ stateful: true, json: false });
    const driver = await opened(server, 4, {
      tenants: [
        { name: 'a', headers: {} },
        { name: 'b', headers: {} },
      ],
    });
    expect(driver.counters().streams).toEqual({ open: 4, opened: 4, lost: 0, messages: 0 });
    expect((await drive(driver)).outcome).toBe('ok');
    expect(server.sockets.size).toBeGreaterThanOrEqual(5);
    await driver.close();
    await expect.poll(() => server.sockets.size, { timeout: 3000 }).toBe(0);
  });

  it('are subscriptions/listen in the modern era', async () => {
    const driver = await opened(await sdkV2Server({ legacy: 'reject' }), 3);
    expect(driver.counters().streams).toMatchObject({ open: 3, opened: 3, lost: 0 });
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('are opened again when the server ends them, and what comes on them is counted', async () => {
    let streams = 0;
    const server = await cannedServer({ stateful: true });
    const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
    server.server.removeAllListeners('request');
    server.server.on('request', (request, response) => {
      if (request.method !== 'GET') return answer!(request, response);
      streams += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 50\n\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
      if (streams === 1) setTimeout(() => response.end(), 50);
    });
    const driver = await opened(server, 1);
    await expect.poll(() => driver.counters().streams, { timeout: 3000 }).toEqual({ open: 1, opened: 2, lost: 1, messages: 2 });
  });

  it('go with their session when it is lost, and come with its successor', async () => {
    const server = await sdkV1Server({ stateful: true, json: false });
    const driver = await opened(server, 1);
    await server.forgetSessions();
    expect((await drive(driver)).outcome).toBe('session-lost');
    await expect.poll(() => driver.counters().sessions.opened, { timeout: 3000 }).toBe(2);
    await expect.poll(() => driver.counters().streams?.open, { timeout: 3000 }).toBe(1);
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it.each([404, 405, 410, 503])('are asked for again though the server answers %s once', async (status) => {
    let streams = 0;
    const server = await cannedServer({ stateful: true });
    const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
    server.server.removeAllListeners('request');
    server.server.on('request', (request, response) => {
      if (request.method !== 'GET') return answer!(request, response);
      streams += 1;
      if (streams === 2) return void response.writeHead(status).end('no');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 100\n\n');
      if (streams === 1) setTimeout(() => response.end(), 20);
    });
    const driver = await opened(server, 1);
    await expect.poll(() => driver.counters().streams, { timeout: 5000 }).toEqual({ open: 1, opened: 2, lost: 1, messages: 0 });
    expect(driver.counters().warnings).toMatchObject({ 'stream-refused': 1 });
    expect(driver.counters().sessions).toMatchObject({ opened: 1, lost: 0 });
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('that are refused for good are asked for less and less often', async () => {
    const asked: number[] = [];
    const server = await cannedServer({ stateful: true });
    const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
    server.server.removeAllListeners('request');
    server.server.on('request', (request, response) => {
      if (request.method !== 'GET') return answer!(request, response);
      asked.push(performance.now());
      if (asked.length > 1) return void response.writeHead(404).end('no');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 0\n\n');
      setTimeout(() => response.end(), 20);
    });
    await opened(server, 1);
    await expect.poll(() => asked.length, { timeout: 15_000 }).toBe(4);
    // The floor after the stream that stood; then a second, and two of them.
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(100);
    expect(asked[2]! - asked[1]!).toBeGreaterThanOrEqual(990);
    expect(asked[3]! - asked[2]!).toBeGreaterThanOrEqual(1980);
  }, 20_000);

  it('that the server does not offer end the run before it starts', async () => {
    const server = await cannedServer({ stateful: true });
    const driver = driverFor(server.url, {}, { stream: true });
    onTestFinished(async () => {
      await driver.close();
      await server.close();
    });
    await expect(driver.open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: `${server.url} does not offer streams`,
      details: { hint: 'set sessions.stream: false' },
    });
  });

  it.each([
    [401, '', /wants a token/],
    [502, '<html><title>502 Bad Gateway</title></html>', /proxy before the server/],
    [409, 'taken', /^set sessions\.stream: false$/],
  ])('that are refused with %i end the run before it starts, with the hint of that status', async (status, body, hint) => {
    const server = await cannedServer({
      era: 'modern',
      onMessage: (message, response) => {
        if (message.method !== 'subscriptions/listen') return false;
        response.writeHead(status).end(body);
        return true;
      },
    });
    onTestFinished(() => server.close());
    const driver = driverFor(server.url, {}, { stream: true });
    onTestFinished(() => driver.close());
    await expect(driver.open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(new RegExp(`did not open a stream: HTTP ${status}( web page "502 Bad Gateway"| taken)?$`)),
      details: { hint: expect.stringMatching(hint) },
    });
  });

  it('carry requests of a server that does not say for which call: told apart where one alone is under way', async () => {
    const server = await sdkV1Server({
      stateful: true,
      json: false,
      more: (mcp) =>
        void mcp.registerTool('summarise', {}, async () => {
          const { content } = await mcp.server.createMessage({ messages: [], maxTokens: 1 });
          return text((content as { text?: string }).text ?? '');
        }),
    });
    const driver = await opened(server, 1, { client: CLIENT });
    const alone = await drive(driver, { tool: 'summarise', argumentsJson: '{}', wantResult: true });
    expect(alone).toMatchObject({ outcome: 'ok', rounds: 1, result: text('a summary') });
    expect(alone.oursMs).toBeGreaterThanOrEqual(199);
    const both = await Promise.all([0, 1].map(() => drive(driver, { tool: 'summarise', argumentsJson: '{}' })));
    expect(both.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(both.map(({ oursMs }) => oursMs)).toContain(undefined);
    expect(driver.counters().warnings['server-request-of-no-single-call']).toBeGreaterThan(0);
  });

  /** A server whose streams are written by the test. */
  const streaming = async (write: (response: ServerResponse) => void) => {
    const server = await cannedServer({ stateful: true });
    const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
    server.server.removeAllListeners('request');
    server.server.on('request', (request, response) => {
      if (request.method !== 'GET') return answer!(request, response);
      write(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    });
    return server;
  };

  it('are not opened without end on a server that ends them and names no pause', async () => {
    const startedMs = performance.now();
    const driver = await opened(await streaming((response) => response.end('retry: 0\n\n')), 1);
    await wait(1000);
    const { opened: count } = driver.counters().streams!;
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThanOrEqual(2 + (performance.now() - startedMs) / 100);
  });

  it('on which a server asks without end are not answered by a flood of connections', async () => {
    const ask = (id: number) => `data: ${JSON.stringify({ jsonrpc: '2.0', id, method: 'roots/list' })}\n\n`;
    const server = await streaming((response) => response.write(Array.from({ length: 500 }, (_, id) => ask(id)).join('')));
    const driver = await opened(server, 1);
    await expect
      .poll(() => driver.counters().warnings['server-request-refused no-reply roots/list '], { timeout: 3000 })
      .toBe(500);
    expect(driver.counters().warnings['server-request-left-out']).toBeGreaterThan(0);
    expect((await drive(driver)).outcome).toBe('ok');
    expect(driver.counters().connectionsOpened).toBeLessThan(50);
  });

  it('are closed when they are still being opened', async () => {
    const server = await cannedServer({ stateful: true });
    const [answer] = server.server.listeners('request') as ((...args: unknown[]) => void)[];
    server.server.removeAllListeners('request');
    server.server.on('request', (request, response) => (request.method === 'GET' ? undefined : answer!(request, response)));
    const driver = driverFor(server.url, {}, { stream: true, handshakeTimeoutMs: 3000 });
    onTestFinished(() => server.close());
    const refused = expect(driver.open(1)).rejects.toMatchObject({ exitCode: 6 });
    await wait(300);
    await driver.close();
    await refused;
    await expect.poll(() => server.sockets.size, { timeout: 3000 }).toBe(0);
  });
});

describe('figures of streams', () => {
  it('bound what stood at one time over all load threads', () => {
    const tally = new StreamTally();
    expect(tally.figures()).toEqual({});
    tally.add(0, { streamsOpen: 3, streamMessages: 2 });
    tally.add(1, { streamsOpen: 4 });
    tally.add(0, { streamsOpen: 1, streamsLost: 2 });
    expect(tally.figures()).toEqual({ streams: { fewest: 5, most: 7, lost: 2, messages: 2 } });
  });
});
