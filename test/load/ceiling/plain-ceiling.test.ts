import { describe, expect, it, onTestFinished } from 'vitest';
import { isPlainHttp, plainCeiling } from '../../../src/load/ceiling/plain-ceiling.js';
import type { EndpointDescription } from '../../../src/mcp/driver.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import { type CannedOptions, type CannedServer, cannedServer, echo, sendResult } from '../../fixtures/canned-server.js';
import { scenarioOf } from '../scenario-of.js';

const call = (tool: string, more = {}) => ({ type: 'call' as const, tool, weight: 1, arguments: {}, ...more });

async function probed(options: CannedOptions, changes: Partial<Scenario> = {}, callers = 4) {
  const server = await cannedServer(options);
  onTestFinished(() => server.close());
  const target = { ...scenarioOf().target, urls: [server.url], protocol: options.era ?? 'legacy' };
  const scenario = scenarioOf({ ...changes, target });
  const reading = await plainCeiling(scenario, [] as readonly EndpointDescription[], callers, 1);
  return { reading, server, calls: server.seen.filter(({ message }) => message?.method === 'tools/call') };
}

describe('the plain probe', () => {
  it('counts what it sends as the server does, and every answer as a success', async () => {
    const { reading, calls } = await probed({
      onCall: (message, response) => void setTimeout(() => echo(message, response), 20),
    });
    // What was put on a connection in the last moment may not have come out of it.
    expect(reading.sent.calls - calls.length).toBeGreaterThanOrEqual(0);
    expect(reading.sent.calls - calls.length).toBeLessThanOrEqual(4);
    expect(reading.sent.failed).toBeLessThanOrEqual(4);
    // Four callers, each answered after 20 ms: at most 200/s.
    expect(reading.perS).toBeLessThan(201);
    expect(reading.perS).toBeGreaterThan(20);
  });

  it.each([
    ['legacy', 'json'],
    ['legacy', 'sse'],
    ['modern', 'json'],
    ['modern', 'sse'],
  ] as const)('reads answers of the era %s as %s', async (era, form) => {
    const { reading } = await probed({ era, form, onCall: (message, response) => echo(message, response, form, era) });
    expect(reading.sent.calls).toBeGreaterThan(10);
    expect(reading.sent.failed).toBeLessThanOrEqual(4);
  });

  it('takes no error for a success: of a tool, of JSON-RPC, or of HTTP', async () => {
    let count = 0;
    const { reading } = await probed({
      onCall: (message, response) => {
        const which = count++ % 4;
        if (which === 0) echo(message, response);
        else if (which === 1) sendResult(response, message, { content: [{ type: 'text', text: 'no' }], isError: true });
        else if (which === 2) response.writeHead(503).end('{}');
        else
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: 'busy' } }));
      },
    });
    const { calls, failed } = reading.sent;
    expect(calls).toBeGreaterThan(100);
    expect(failed / calls).toBeGreaterThan(0.7);
    expect(failed / calls).toBeLessThan(0.8);
  });

  it('weighs answers by what the call expects of them', async () => {
    const { reading } = await probed({}, { calls: [call('echo', { expect: { text: 'never said' } })] });
    expect(reading.sent.calls).toBeGreaterThan(10);
    expect(reading.sent.failed).toBe(reading.sent.calls);
    expect(reading.perS).toBe(0);
  });

  it("makes the scenario's calls in their own mix, with arguments from its templates", async () => {
    const { calls } = await probed(
      {},
      { calls: [call('often', { weight: 9, arguments: { number: '{{ seq }}' } }), call('seldom')] },
    );
    const often = calls.filter(({ message }) => message?.params?.name === 'often');
    expect(calls.length).toBeGreaterThan(200);
    expect(often.length / calls.length).toBeGreaterThan(0.8);
    expect(often.length / calls.length).toBeLessThan(0.97);
    const numbers = often.map(({ message }) => message?.params?.arguments?.number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('holds one session a caller, of those that the scenario has, and ends them', async () => {
    const { calls, server, reading } = await probed({ stateful: true }, { sessions: { count: 3 } });
    const used = new Map<unknown, number>();
    for (const { headers } of calls) used.set(headers['mcp-session-id'], (used.get(headers['mcp-session-id']) ?? 0) + 1);
    expect(used.size).toBe(3);
    expect(reading.sent.sessions).toMatchObject({ opened: 3, ended: 3 });
    expect(server.sessions.size).toBe(0);
    expect(reading.sent.failed).toBeLessThanOrEqual(4);
  });

  it('says nothing of a target that refuses it, and comes back at once', async () => {
    const gone = await cannedServer();
    await gone.close();
    const scenario = scenarioOf({
      target: { ...scenarioOf().target, urls: [gone.url], protocol: 'legacy', startTimeoutMs: 2000 },
    });
    const { perS, sent } = await plainCeiling(scenario, [], 4, 1);
    expect(perS).toBe(0);
    expect(sent.calls).toBe(0);
  });

  it('ends soon where the target goes away meanwhile', async () => {
    let server: CannedServer | undefined;
    let answered = 0;
    server = await cannedServer({
      onCall: (message, response) => {
        if (++answered < 20) {
          echo(message, response);
          return;
        }
        const { server: http } = server as CannedServer;
        http.close();
        http.closeAllConnections();
      },
    });
    const gone = server;
    onTestFinished(() => gone.close().catch(() => {}));
    const scenario = scenarioOf({ target: { ...scenarioOf().target, urls: [gone.url], protocol: 'legacy' } });
    const { sent } = await plainCeiling(scenario, [], 4, 1);
    // Connecting anew without a pause, as autocannon does, would be thousands.
    expect(sent.calls).toBeGreaterThanOrEqual(20);
    expect(sent.calls).toBeLessThan(20 + 4 * 30);
  });
});

describe('what the plain probe can call', () => {
  it('is a scenario that needs nothing but requests and answers over http', () => {
    expect(isPlainHttp(scenarioOf())).toBe(true);
    const { target } = scenarioOf();
    const others: readonly Partial<Scenario>[] = [
      { target: { ...target, urls: ['https://127.0.0.1:1/mcp'] } },
      { target: { ...target, urls: [...target.urls, 'http://127.0.0.1:2/mcp'] } },
      { target: { ...target, transport: 'sse' } },
      { target: { ...target, headers: { 'Accept-Encoding': 'gzip' } } },
      { target: { ...target, auth: { kind: 'bearer', token: 'x', timeoutMs: 1000 } } },
      { tenants: [{ name: 'a', headers: {} }] },
      { client: { progress: true } as never },
      { sessions: { count: 1, calls: 5 } },
      { sessions: { count: 1, stream: true } },
      { classify: [{ when: { httpStatus: 200 }, as: 'tool-error' }] },
      { calls: [call('echo', { cancel: { afterMs: 5, share: 1 } })] },
      { calls: [{ type: 'journey', journey: 'j', weight: 1, steps: [] }] },
    ];
    for (const changes of others) expect(isPlainHttp(scenarioOf(changes)), JSON.stringify(changes)).toBe(false);
  });
});
