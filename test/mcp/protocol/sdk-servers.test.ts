import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkArguments } from '../../../src/mcp/protocol/tool-arguments.js';
import { drive, driverFor } from '../../fixtures/drive-call.js';
import { listen } from '../../fixtures/listen.js';
import { sdkV1Server, sdkV2Server } from '../../fixtures/sdk-server.js';

const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closing.push(thing);
  return thing;
};
afterEach(async () => {
  for (const thing of closing.reverse()) await thing.close();
  closing.length = 0;
  vi.restoreAllMocks();
});

describe.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])('SDK 1 server, stateful %s, JSON %s', (stateful, json) => {
  it('is driven', async () => {
    const server = keep(await sdkV1Server({ stateful, json }));
    const driver = keep(driverFor(server.url));
    const [endpoint] = await driver.open(3);
    expect(endpoint).toMatchObject({
      era: 'legacy',
      protocolVersion: '2025-11-25',
      stateful,
      serverName: 'sdk-v1',
      serverVersion: '1.0.0',
    });
    expect(endpoint?.probe).toMatch(/^server\/discover was not understood \(HTTP 400.*initialize is used$/);
    expect(endpoint?.tools.map(({ name }) => name)).toEqual(['echo', 'fail', 'chatty']);
    expect(checkArguments(endpoint!.tools[0]!, { message: 7 })).toBe('/message must be string');
    expect(server.sessions()).toBe(stateful ? 3 : 0);

    const answers = await Promise.all(Array.from({ length: 20 }, () => drive(driver, { wantResult: true })));
    for (const answer of answers) {
      expect(answer).toMatchObject({ outcome: 'ok', result: { content: [{ type: 'text', text: 'hello' }] } });
    }
    expect(await drive(driver, { tool: 'fail', argumentsJson: '{}' })).toMatchObject({
      outcome: 'tool-error',
      text: 'no such order',
    });
    expect((await drive(driver, { tool: 'chatty', argumentsJson: '{}' })).outcome).toBe('ok');
    // This server turns refused arguments and unknown tools into tool errors.
    expect((await drive(driver, { argumentsJson: '{"message":7}' })).outcome).toBe('contract');
    expect((await drive(driver, { tool: 'nope' })).outcome).toBe('contract');
    await driver.close();
    expect(server.sessions()).toBe(0);
  });
});

it('opens a lost session again, once, and counts it once', async () => {
  const server = keep(await sdkV1Server({ stateful: true, json: true }));
  const driver = keep(driverFor(server.url));
  await driver.open(2);
  await server.forgetSessions();
  const lost = await Promise.all(Array.from({ length: 10 }, () => drive(driver)));
  expect(lost.map(({ outcome }) => outcome)).toEqual(Array(10).fill('session-lost'));
  const until = performance.now() + 3000;
  while (server.sessions() < 2 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  const after = await Promise.all(Array.from({ length: 10 }, () => drive(driver)));
  expect(after.map(({ outcome }) => outcome)).toEqual(Array(10).fill('ok'));
  expect(driver.counters()).toMatchObject({ sessions: { opened: 4, lost: 2 }, warnings: {} });
  expect(server.sessions()).toBe(2);
});

it('renews a session after its calls and ends the old one', async () => {
  const server = keep(await sdkV1Server({ stateful: true, json: true }));
  const driver = keep(driverFor(server.url, {}, { sessionCalls: 5 }));
  await driver.open(1);
  for (let i = 0; i < 30; i++) expect((await drive(driver)).outcome).toBe('ok');
  const until = performance.now() + 3000;
  while (server.sessions() > 1 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(server.sessions()).toBe(1);
  expect(driver.counters().sessions.opened).toBeGreaterThanOrEqual(4);
  expect(driver.counters().sessions.lost).toBe(0);
});

describe.each(['auto', 'json', 'sse'] as const)('SDK 2 server, answers as %s', (responseMode) => {
  it('is driven in 2026-07-28', async () => {
    // The SDK warns of the odd name each time it makes a server.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const server = keep(await sdkV2Server({ responseMode, oddNames: responseMode === 'auto' }));
    const driver = keep(driverFor(server.url));
    const [endpoint] = await driver.open(3);
    expect(endpoint).toMatchObject({
      era: 'modern',
      protocolVersion: '2026-07-28',
      serverName: 'sdk-v2',
      serverVersion: '2.0.0',
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => drive(driver, { wantResult: true })));
    for (const answer of answers)
      expect(answer).toMatchObject({ outcome: 'ok', result: { content: [{ type: 'text', text: 'hello' }] } });
    // Its name does not fit into a header as it is.
    if (responseMode === 'auto') expect((await drive(driver, { tool: 'näme €', argumentsJson: '{}' })).outcome).toBe('ok');
    // Its argument must be mirrored in a header.
    expect(await drive(driver, { tool: 'regional', argumentsJson: '{"region":"é","count":-7}', wantResult: true })).toMatchObject(
      {
        outcome: 'ok',
        result: { content: [{ text: 'é -7' }] },
      },
    );
    expect((await drive(driver, { tool: 'regional', argumentsJson: '{"region":"us-east"}' })).outcome).toBe('ok');
    expect((await drive(driver, { tool: 'nope' })).outcome).toBe('contract');
  });
});

it.each([
  ['legacy', { era: 'legacy', protocolVersion: '2025-11-25' }],
  ['2025-06-18', { era: 'legacy', protocolVersion: '2025-06-18' }],
  ['2026-07-28', { era: 'modern', protocolVersion: '2026-07-28' }],
  ['modern', { era: 'modern', protocolVersion: '2026-07-28' }],
])('honours protocol: %s with a server that speaks both eras', async (protocol, described) => {
  const server = keep(await sdkV2Server());
  const driver = keep(driverFor(server.url, { protocol }));
  expect((await driver.open(1))[0]).toMatchObject({ ...described, probe: `target.protocol asks for ${protocol}` });
  expect((await drive(driver)).outcome).toBe('ok');
});

it('knows a server that speaks the modern era alone', async () => {
  const server = keep(await sdkV2Server({ legacy: 'reject' }));
  expect((await keep(driverFor(server.url)).open(1))[0]).toMatchObject({ era: 'modern' });
  await expect(driverFor(server.url, { protocol: 'legacy' }).open(1)).rejects.toMatchObject({ exitCode: 6 });
});

it('drives server-everything', async () => {
  const port = await freePort();
  const script = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
  const child = spawn(process.execPath, [script, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  keep({
    close: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('server-everything ended')));
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('listening')) resolve();
    });
  });
  const driver = keep(driverFor(`http://127.0.0.1:${port}/mcp`));
  const [endpoint] = await driver.open(2);
  expect(endpoint).toMatchObject({ era: 'legacy', stateful: true });
  const answers = await Promise.all(Array.from({ length: 40 }, () => drive(driver, { wantResult: true, timeoutMs: 10_000 })));
  for (const answer of answers) expect(answer).toMatchObject({ outcome: 'ok', result: { content: [{ text: 'Echo: hello' }] } });
  const sum = await drive(driver, { tool: 'get-sum', argumentsJson: '{"a":2,"b":3}', wantResult: true });
  expect(JSON.stringify(sum.result)).toContain('5');
  await driver.close();
});

async function freePort(): Promise<number> {
  const held = await listen(createServer());
  await held.close();
  return held.port;
}
