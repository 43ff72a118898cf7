import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import { OUTCOMES } from '../../src/scenario/outcome.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import {
  type Era,
  type Form,
  MISBEHAVIOURS,
  type MisbehavingServer,
  type Misbehaviour,
  misbehavingServer,
} from '../fixtures/misbehaving-server.js';
import { EXPECTED_HTTP, type ExpectedHttp, SILENT_HTTP } from './expected-http.js';
import { VIOLATIONS } from './violations.js';

const TIMEOUT_MS = 3000;
/** Everything that is no silence must be known far before the timeout. */
const QUICK_MS = 1000;

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of closing.reverse()) await thing.close();
  closing.length = 0;
});

async function open(
  form: Form,
  era: Era,
  stateful = false,
  more: Partial<DriverOptions> = {},
): Promise<{ server: MisbehavingServer; driver: Driver }> {
  const server = await misbehavingServer({ form, era, stateful });
  closing.push(server);
  const driver = driverFor(server.url, {}, more);
  closing.push(driver);
  await driver.open(1);
  return { server, driver };
}

const settled = async (condition: () => boolean, withinMs = 1000): Promise<void> => {
  const until = performance.now() + withinMs;
  while (!condition() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
};

const SHAPES = (['json', 'sse'] as const).flatMap((form) => (['legacy', 'modern'] as const).map((era) => [form, era] as const));

describe.each(SHAPES)('a misbehaving server, %s, %s', (form, era) => {
  it.each(Object.entries(EXPECTED_HTTP) as [Misbehaviour, ExpectedHttp][])('%s', async (tool, expected) => {
    const { server, driver } = await open(form, era);
    const startedMs = performance.now();
    const call = drive(driver, { tool, timeoutMs: TIMEOUT_MS });
    const answer = await call;
    const outcome = typeof expected === 'string' ? expected : expected[form];
    expect(answer.outcome, answer.text).toBe(outcome);
    expect(answer.answered).toBe(OUTCOMES[outcome].answered);
    expect(answer.endedMs - startedMs).toBeLessThan(QUICK_MS);
    if (outcome !== 'ok') expect(answer.text?.length).toBeGreaterThan(0);
    if (VIOLATIONS[tool] !== undefined) expect(answer.text).toMatch(VIOLATIONS[tool]);
    expect(driver.counters().warnings['answer-id-as-text']).toBe(tool === 'string-id' ? 1 : undefined);
    expect(answer.text?.length ?? 0).toBeLessThanOrEqual(300);
    if (tool.startsWith('http-')) expect(answer.httpStatus).toBe(Number(tool.slice(5, 8)));
    // The connection must be fit for the next call, whatever this one left on it.
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
    await driver.close();
    await settled(() => server.sockets.size === 0);
    expect(server.sockets.size).toBe(0);
    expect(call.times()).toBe(1);
  });

  it.each(SILENT_HTTP)('%s ends at the timeout, also on the wire', async (tool) => {
    const { server, driver } = await open(form, era, true);
    const startedMs = performance.now();
    const call = drive(driver, { tool, timeoutMs: 150 });
    const answer = await call;
    expect(answer.outcome).toBe('timeout');
    expect(answer.answered).toBe(false);
    expect(answer.endedMs - startedMs).toBeGreaterThanOrEqual(150);
    expect(answer.endedMs - startedMs).toBeLessThan(150 + 200);
    await settled(() => server.closedAtMs.has(tool));
    expect(server.closedAtMs.get(tool)! - answer.endedMs).toBeLessThan(100);
    await settled(() => server.received.includes('notifications/cancelled'), era === 'legacy' ? 1000 : 100);
    expect(server.received.includes('notifications/cancelled')).toBe(era === 'legacy');
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
    expect(call.times()).toBe(1);
  });
});

it('has a verdict for every misbehaviour of the fixture', () => {
  const known = [...Object.keys(EXPECTED_HTTP), ...SILENT_HTTP, 'result-type-missing'];
  expect(Object.keys(MISBEHAVIOURS).sort()).toEqual(known.sort());
});

it.each(['json', 'sse'] as const)('wants resultType in the modern era alone, %s', async (form) => {
  for (const [era, outcome] of [
    ['legacy', 'ok'],
    ['modern', 'schema'],
  ] as const) {
    const { driver } = await open(form, era);
    expect((await drive(driver, { tool: 'result-type-missing' })).outcome).toBe(outcome);
  }
});

it('hands over what a rate limit says and does not try again', async () => {
  const { server, driver } = await open('json', 'legacy');
  expect(await drive(driver, { tool: 'http-429-seconds' })).toMatchObject({
    outcome: 'rate-limited',
    retryAfterMs: 2000,
    httpStatus: 429,
  });
  expect(await drive(driver, { tool: 'http-503' })).toMatchObject({ outcome: 'overloaded', retryAfterMs: 1000 });
  expect(server.received.filter((method) => method === 'tools/call')).toHaveLength(2);
});

it('refuses a request of the server and counts it', async () => {
  const { server, driver } = await open('sse', 'legacy');
  expect((await drive(driver, { tool: 'server-request-first' })).outcome).toBe('ok');
  await settled(() => server.responses.length > 0);
  expect(server.responses).toEqual([{ jsonrpc: '2.0', id: 'from-server', error: { code: -32601, message: expect.any(String) } }]);
  expect(driver.counters().warnings).toEqual({
    'server-request-refused no-reply sampling/createMessage server-request-first': 1,
  });
});

it('answers no request of a server of 2026-07-28, which has none, and counts it', async () => {
  const { server, driver } = await open('sse', 'modern');
  expect((await drive(driver, { tool: 'server-request-first' })).outcome).toBe('ok');
  expect(driver.counters().warnings).toEqual({ 'server-request-ignored': 1 });
  expect(server.responses).toEqual([]);
});

it('uses a connection again when a stream ends in time, and closes one that stays open', async () => {
  const { server, driver } = await open('sse', 'legacy');
  for (let i = 0; i < 5; i++) await drive(driver, { tool: 'fine' });
  expect(driver.counters().connectionsReused).toBe(4);
  await drive(driver, { tool: 'fine-stream-left-open' });
  await settled(() => server.closedAtMs.has('fine-stream-left-open'));
  expect(server.closedAtMs.has('fine-stream-left-open')).toBe(true);
});

it('cancels on the wire when told to, once', async () => {
  const { server, driver } = await open('json', 'legacy');
  const { callOf } = await import('../fixtures/drive-call.js');
  const ends: string[] = [];
  const cancel = driver.start(callOf({ tool: 'silence' }), (answer) => ends.push(answer.outcome));
  await settled(() => server.received.includes('tools/call'));
  cancel('unfinished');
  cancel('cancelled');
  await settled(() => server.closedAtMs.has('silence'));
  expect(ends).toEqual(['unfinished']);
  expect(server.closedAtMs.has('silence')).toBe(true);
});

it('bounds the cancel notifications that a wave of timeouts sends, and counts those left out', async () => {
  const { server, driver } = await open('json', 'legacy');
  const answers = await Promise.all(Array.from({ length: 200 }, () => drive(driver, { tool: 'silence', timeoutMs: 300 })));
  expect(answers.map(({ outcome }) => outcome)).toEqual(Array(200).fill('timeout'));
  const cancels = () => server.received.filter((method) => method === 'notifications/cancelled').length;
  const leftOut = driver.counters().warnings['cancel-notification-left-out'] ?? 0;
  await settled(() => cancels() + leftOut === 200);
  expect(cancels() + leftOut).toBe(200);
  expect(leftOut).toBeGreaterThan(0);
});

it('applies site rules before its own', async () => {
  const classify: DriverOptions['classify'] = [
    { when: { toolErrorText: 'no such' }, as: 'ok' },
    { when: { rpcCode: -32000, rpcMessage: '^refused$' }, as: 'policy-denied' },
    { when: { httpStatus: 503 }, as: 'quota' },
  ];
  const { driver } = await open('json', 'legacy', false, { classify });
  expect((await drive(driver, { tool: 'tool-error' })).outcome).toBe('ok');
  expect((await drive(driver, { tool: 'rpc-32000' })).outcome).toBe('policy-denied');
  expect((await drive(driver, { tool: 'rpc-32001' })).outcome).toBe('rpc-server-error');
  expect((await drive(driver, { tool: 'http-503' })).outcome).toBe('quota');
});
