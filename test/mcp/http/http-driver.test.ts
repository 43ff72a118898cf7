import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../src/mcp/driver.js';
import { type CannedServer, cannedServer, sendResult } from '../../fixtures/canned-server.js';
import { callOf, drive, driverFor } from '../../fixtures/drive-call.js';

const open: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of open.reverse()) await thing.close();
  open.length = 0;
});

const calls = (server: CannedServer) => server.seen.filter(({ message }) => message?.method === 'tools/call');

async function opened(
  server: CannedServer,
  ...more: Parameters<typeof driverFor> extends [unknown, ...infer R] ? R : never
): Promise<Driver> {
  const driver = keep(driverFor(server.url, ...more));
  await driver.open(1);
  return driver;
}

describe.each(['json', 'sse'] as const)('an HTTP driver with %s answers', (form) => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('speaks %s, stateless', async (version) => {
    const server = keep(await cannedServer({ version, form }));
    const driver = keep(driverFor(server.url, { headers: { authorization: 'Bearer abcdefghij' } }));
    const [endpoint] = await driver.open(3);
    expect(endpoint).toMatchObject({ era: 'legacy', protocolVersion: version, stateful: false, serverName: 'canned' });
    const call = callOf({ wantResult: true, argumentsJson: '{"message":"grüß €"}' });
    const answer = await drive(driver, call);
    expect(answer).toMatchObject({ outcome: 'ok', answered: true, httpStatus: 200 });
    expect(answer.result).toEqual({ content: [{ type: 'text', text: '{"message":"grüß €"}' }] });
    expect(answer.endedMs).toBeGreaterThanOrEqual(answer.firstByteMs!);
    expect(answer.bytesSent).toBeGreaterThan(100);
    expect(answer.bytesReceived).toBeGreaterThan(50);
    const { headers, message } = calls(server)[0]!;
    expect(headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': version,
      authorization: 'Bearer abcdefghij',
      'x-request-id': call.traceparent.slice(3, 35),
    });
    expect(headers['mcp-session-id']).toBeUndefined();
    expect(message).toEqual({
      jsonrpc: '2.0',
      id: expect.any(Number),
      method: 'tools/call',
      params: { name: 'echo', arguments: { message: 'grüß €' }, _meta: { traceparent: call.traceparent } },
    });
  });

  it('shares its sessions round robin and ends them with DELETE', async () => {
    const server = keep(await cannedServer({ stateful: true, form }));
    const driver = driverFor(server.url);
    const [endpoint] = await driver.open(3);
    expect(endpoint).toMatchObject({ stateful: true });
    expect(server.sessions.size).toBe(3);
    for (let i = 0; i < 6; i++) expect((await drive(driver)).outcome).toBe('ok');
    const used = calls(server).map(({ headers }) => headers['mcp-session-id']);
    expect(new Set(used).size).toBe(3);
    expect(used.slice(0, 3)).toEqual(used.slice(3));
    expect(driver.counters()).toMatchObject({ sessions: { opened: 3, lost: 0 } });
    await driver.close();
    expect(server.sessions.size).toBe(0);
  });

  it('speaks 2026-07-28', async () => {
    const server = keep(await cannedServer({ era: 'modern', form }));
    const driver = keep(driverFor(server.url));
    const [endpoint] = await driver.open(3);
    expect(endpoint).toMatchObject({ era: 'modern', protocolVersion: '2026-07-28', stateful: false, serverName: 'canned' });
    expect(endpoint?.probe).toContain('server/discover');
    expect((await drive(driver)).outcome).toBe('ok');
    const { headers, message } = calls(server)[0]!;
    expect(headers).toMatchObject({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' });
    expect(message?.params?._meta).toMatchObject({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      traceparent: expect.any(String),
    });
    expect(server.seen.some((request) => request.message?.method === 'initialize')).toBe(false);
  });
});

it('keeps ids unique among calls in flight and uses connections again', async () => {
  const server = keep(
    await cannedServer({ onCall: (message, response) => setTimeout(() => sendResult(response, message, { content: [] }), 20) }),
  );
  const driver = await opened(server);
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => drive(driver)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(30).fill('ok'));
  }
  const ids = calls(server).map(({ message }) => message?.id);
  expect(new Set(ids).size).toBe(90);
  expect(driver.counters().connectionsReused).toBe(60);
});

it('never calls done before start returns', async () => {
  const server = keep(await cannedServer());
  const driver = await opened(server);
  let returned = false;
  await new Promise<void>((resolve) => {
    // A header value that undici refuses fails in the very call of dispatch.
    driver.start(callOf({ traceparent: `00-${'\n'.repeat(32)}-00000000000000aa-01` }), (answer) => {
      expect(returned).toBe(true);
      expect(answer.outcome).toBe('unsendable');
      resolve();
    });
    returned = true;
  });
});
