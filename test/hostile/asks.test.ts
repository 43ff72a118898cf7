import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import type { ClientSide } from '../../src/scenario/client.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { misbehavingSseServer } from './misbehaving-sse-server.js';

const SERVER = join(import.meta.dirname, 'misbehaving-stdio-server.js');
const SAMPLE = { role: 'assistant', content: { type: 'text', text: 'a summary' }, model: 'plimsoll' };

type Heard = readonly Readonly<Record<string, unknown>>[];
interface Asked {
  readonly driver: Driver;
  /** What the server got as replies. */
  readonly heard: () => Promise<Heard>;
}

const client = (delayMs: number): ClientSide => ({
  tasks: false,
  progress: false,
  sampling: { result: SAMPLE, delay: { law: 'constant', ms: delayMs } },
});

async function overStdio(delayMs: number): Promise<Asked> {
  const target = { transport: 'stdio' as const, command: [process.execPath, SERVER], protocol: 'legacy' };
  const driver = driverFor([], target, { client: client(delayMs) });
  onTestFinished(() => driver.close());
  await driver.open(1);
  const heard = async (): Promise<Heard> => {
    const { result } = await drive(driver, { tool: 'heard', wantResult: true });
    const [item] = (result as { content: readonly { text: string }[] }).content;
    return JSON.parse(item?.text ?? '') as Heard;
  };
  return { driver, heard };
}

async function overSse(delayMs: number): Promise<Asked> {
  const server = await misbehavingSseServer();
  const driver = driverFor(server.url, { transport: 'sse' }, { client: client(delayMs) });
  onTestFinished(async () => {
    await driver.close();
    await server.close();
  });
  await driver.open(1);
  return { driver, heard: async () => server.heard };
}

describe.each([
  ['stdio', overStdio],
  ['HTTP+SSE', overSse],
] as const)('a server that asks badly over %s', (_, open) => {
  it('is answered whatever its parameters are, and not where no answer could be matched', async () => {
    const { driver, heard } = await open(0);
    expect(await drive(driver, { tool: 'asks-with-garbage' })).toMatchObject({ outcome: 'ok', rounds: 4 });
    await expect
      .poll(async () => (await heard()).map(({ id }) => id).toSorted())
      .toEqual(['params "garbage"', 'params 7', 'params [1,2]', 'params null']);
    expect((await heard()).every(({ result }) => JSON.stringify(result) === JSON.stringify(SAMPLE))).toBe(true);
    expect(driver.counters().warnings).toEqual({ 'server-request-malformed': 5 });
  });

  it('has one answer under one id while that waits', async () => {
    const { driver, heard } = await open(50);
    expect(await drive(driver, { tool: 'asks-under-one-id' })).toMatchObject({ outcome: 'ok', rounds: 1 });
    expect(await heard()).toEqual([{ jsonrpc: '2.0', id: 'again', result: SAMPLE }]);
    expect(driver.counters().warnings).toEqual({ 'server-request-id-repeated': 4 });
  });

  it('is refused methods that there are not', async () => {
    const { driver, heard } = await open(0);
    expect((await drive(driver, { tool: 'asks-what-nobody-knows' })).outcome).toBe('ok');
    await expect.poll(async () => (await heard()).map(({ id }) => id)).toEqual(['a', 'b']);
    for (const { error } of await heard()) expect(error).toMatchObject({ code: -32601 });
    expect(driver.counters().warnings).toEqual({ 'server-request-refused': 2 });
  });

  it('has a reply to what it asks after its answer, which is the time of no call', async () => {
    const { driver, heard } = await open(20);
    const answer = await drive(driver, { tool: 'asks-after-its-answer' });
    expect(answer).toMatchObject({ outcome: 'ok' });
    expect(answer.oursMs).toBeUndefined();
    await expect.poll(async () => (await heard()).map(({ id }) => id)).toEqual(['late']);
    expect(driver.counters().warnings).toEqual({});
  });

  it('does not hold up the end of its call, nor our memory, when it asks without end', async () => {
    const { driver } = await open(60_000);
    const startedMs = performance.now();
    const call = drive(driver, { tool: 'asks-without-end', timeoutMs: 1000 });
    const answer = await call;
    // Our replies would take a minute: the clock stands still for a hundred of them, and goes on then.
    expect(answer).toMatchObject({ outcome: 'timeout', answered: false });
    expect(answer.endedMs - startedMs).toBeLessThan(5000);
    expect(answer.rounds).toBeGreaterThan(100);
    expect(answer.rounds).toBeLessThanOrEqual(1000);
    const { warnings } = driver.counters();
    expect(warnings['server-asks-without-end']).toBe(1);
    expect(warnings['server-request-left-out']).toBeGreaterThan(0);
    expect((await drive(driver, { tool: 'fine', timeoutMs: 5000 })).outcome).toBe('ok');
    expect(call.times()).toBe(1);
  });
});
