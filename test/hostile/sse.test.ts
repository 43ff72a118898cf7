import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import { OUTCOMES, type OutcomeClass } from '../../src/scenario/outcome.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { ENDING_SSE, EXPECTED_SSE, SILENT_SSE } from './expected-sse.js';
import {
  type MisbehavingSseServer,
  misbehavingSseServer,
  SSE_MISBEHAVIOURS,
  type SseMisbehaviour,
} from './misbehaving-sse-server.js';
import { VIOLATIONS } from './violations.js';

const TIMEOUT_MS = 5000;
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of closing.splice(0).reverse()) await thing.close();
});

async function open(sessions = 1): Promise<{ server: MisbehavingSseServer; driver: Driver }> {
  const server = await misbehavingSseServer();
  closing.push(server);
  const driver = driverFor(server.url, { transport: 'sse' }, { limits: { sseLineLength: 1024 * 1024 } });
  closing.push(driver);
  await driver.open(sessions);
  return { server, driver };
}

const until = async (condition: () => boolean, withinMs = 5000): Promise<void> => {
  const endMs = performance.now() + withinMs;
  while (!condition() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
};

describe('a misbehaving HTTP+SSE server', () => {
  it.each(Object.entries(EXPECTED_SSE) as [SseMisbehaviour, OutcomeClass][])('%s', async (tool, outcome) => {
    const { server, driver } = await open();
    const startedMs = performance.now();
    const call = drive(driver, { tool, timeoutMs: TIMEOUT_MS });
    const answer = await call;
    expect(answer.outcome, answer.text).toBe(outcome);
    expect(answer.answered).toBe(OUTCOMES[outcome].answered);
    expect(answer.endedMs - startedMs).toBeLessThan(TIMEOUT_MS / 2);
    if (outcome !== 'ok') expect(answer.text?.length).toBeGreaterThan(0);
    if (VIOLATIONS[tool] !== undefined) expect(answer.text).toMatch(VIOLATIONS[tool]);
    expect(driver.counters().warnings['answer-id-as-text']).toBe(tool === 'string-id' ? 1 : undefined);
    if (tool.startsWith('http-')) expect(answer.httpStatus).toBe(Number(tool.slice(5, 8)));
    const losses = ENDING_SSE.includes(tool) ? 1 : 0;
    await until(() => driver.counters().sessions.opened === 1 + losses);
    expect(driver.counters().sessions.lost).toBe(losses);
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
    await driver.close();
    await until(() => server.sockets.size === 0);
    expect(call.times()).toBe(1);
  });

  it.each(SILENT_SSE)('%s ends at the timeout, and the server is told', async (tool) => {
    const { server, driver } = await open();
    const startedMs = performance.now();
    const answer = await drive(driver, { tool, timeoutMs: 150 });
    expect(answer).toMatchObject({ outcome: 'timeout', answered: false });
    expect(answer.endedMs - startedMs).toBeGreaterThanOrEqual(150);
    await until(() => server.received.includes('notifications/cancelled'));
    await driver.close();
    await until(() => server.sockets.size === 0);
  });

  it('has a verdict for every misbehaviour of the server', () => {
    expect([...Object.keys(EXPECTED_SSE), ...SILENT_SSE].sort()).toEqual(Object.keys(SSE_MISBEHAVIOURS).sort());
  });

  it('gives every call in flight its class when the stream is lost, and opens it again once', async () => {
    const { server, driver } = await open();
    const waiting = Array.from({ length: 20 }, () => drive(driver, { tool: 'silence', timeoutMs: TIMEOUT_MS }));
    await until(() => server.received.filter((method) => method === 'tools/call').length === 20);
    await drive(driver, { tool: 'stream-reset', timeoutMs: TIMEOUT_MS });
    expect((await Promise.all(waiting)).map(({ outcome }) => outcome)).toEqual(Array(20).fill('stream-lost'));
    await until(() => driver.counters().sessions.opened === 2);
    expect(server.streams()).toBe(2);
  });
});

it.each([
  ['no-endpoint', /no `endpoint` event within 400 ms/],
  ['other-origin', /another origin \(http:\/\/example.org\)/],
  ['ends-at-once', /ended the event stream/],
  ['web-page', /content type text\/html/],
] as const)('a stream that starts badly: %s', async (start, message) => {
  const server = await misbehavingSseServer(start);
  closing.push(server);
  const driver = driverFor(server.url, { transport: 'sse' }, { handshakeTimeoutMs: 400 });
  const error = await driver.open(1).then(
    () => expect.unreachable('it opened'),
    (caught: { message: string; exitCode: number }) => caught,
  );
  expect(error.exitCode).toBe(6);
  expect(error.message).toMatch(message);
  await until(() => server.sockets.size === 0);
});
