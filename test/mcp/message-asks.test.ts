import { createServer } from 'node:http';
import { join } from 'node:path';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Driver } from '../../src/mcp/driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import type { ClientSide } from '../../src/scenario/client.js';
import { askingServer } from '../fixtures/asking-tools.js';
import { callOf, drive, driverFor } from '../fixtures/drive-call.js';
import { listen } from '../fixtures/listen.js';

const ms = (delayMs: number) => ({ law: 'constant' as const, ms: delayMs });
const CLIENT: ClientSide = {
  tasks: false,
  progress: true,
  sampling: { result: { role: 'assistant', content: { type: 'text', text: 'a summary' }, model: 'plimsoll' }, delay: ms(200) },
  elicitation: { result: { action: 'accept', content: { sure: true } }, delay: ms(50) },
  roots: { result: { roots: [{ uri: 'file:///workspace' }] }, delay: ms(0) },
};
const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

/** The official SDK over HTTP+SSE, a server for each stream. */
async function sseServer() {
  const transports = new Map<string, SSEServerTransport>();
  const listening = await listen(
    createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      if (request.method === 'GET' && pathname === '/sse') {
        const transport = new SSEServerTransport('/message', response);
        transports.set(transport.sessionId, transport);
        void askingServer().connect(transport as Parameters<ReturnType<typeof askingServer>['connect']>[0]);
      } else void transports.get(searchParams.get('sessionId') ?? '')?.handlePostMessage(request, response);
    }),
  );
  return { url: `http://127.0.0.1:${listening.port}/sse`, end: () => listening.close() };
}

const stdio = (server: string, ...args: string[]) => ({
  transport: 'stdio' as const,
  command: [process.execPath, join(FIXTURES, server), ...args],
});

async function asking(
  transport: 'stdio' | 'sse',
  client: ClientSide | undefined,
  more: Partial<DriverOptions> = {},
  sessions = 1,
): Promise<Driver> {
  const server = transport === 'sse' ? await sseServer() : undefined;
  const options = { ...(client === undefined ? {} : { client }), ...more };
  const driver =
    server === undefined
      ? driverFor([], stdio('asking-tools.js'), options)
      : driverFor(server.url, { transport: 'sse' }, options);
  onTestFinished(async () => {
    await driver.close();
    await server?.end();
  });
  await driver.open(sessions);
  return driver;
}

const bare = (tool: string) => ({ tool, argumentsJson: '{}', wantResult: true });

describe.each(['stdio', 'sse'] as const)('requests of a legacy server over %s', (transport) => {
  it('are answered from the scenario, and the time that the server waits for us is told apart', async () => {
    const driver = await asking(transport, CLIENT);
    const startedMs = performance.now();
    const answer = await drive(driver, bare('summarise'));
    expect(answer, answer.text).toMatchObject({ outcome: 'ok', rounds: 1, result: text('a summary') });
    expect(answer.oursMs).toBeGreaterThanOrEqual(199);
    expect(answer.oursMs).toBeLessThanOrEqual(answer.endedMs - startedMs);
    expect(await drive(driver, bare('confirm'))).toMatchObject({ outcome: 'ok', result: text('accept true') });
    expect(await drive(driver, bare('where'))).toMatchObject({ outcome: 'ok', result: text('file:///workspace') });
    expect(driver.counters().warnings).toEqual({});
  });

  it('count their waits once where they overlap, and not what the server does afterwards', async () => {
    const driver = await asking(transport, CLIENT);
    const startedMs = performance.now();
    const answer = await drive(driver, bare('both'));
    expect(answer).toMatchObject({ outcome: 'ok', rounds: 2 });
    expect(answer.oursMs).toBeGreaterThanOrEqual(199);
    expect(answer.endedMs - startedMs - answer.oursMs!).toBeGreaterThanOrEqual(59);
  });

  it('stop the clock of the time limit', async () => {
    const driver = await asking(transport, { ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(700) } });
    expect(await drive(driver, { ...bare('summarise'), timeoutMs: 500 })).toMatchObject({ outcome: 'ok', rounds: 1 });
  });

  it('belong to no single call where several are in flight on the session, which a note tells', async () => {
    const driver = await asking(transport, CLIENT);
    const answers = await Promise.all([drive(driver, bare('summarise')), drive(driver, bare('slow'))]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(answers.map(({ oursMs }) => oursMs)).toEqual([undefined, undefined]);
    expect(driver.counters().warnings).toEqual({ 'server-request-of-no-single-call': 1 });
  });

  it('are told apart with a session for each call: those that are idle come first', async () => {
    const driver = await asking(transport, CLIENT, {}, 2);
    const long = drive(driver, bare('summarise'));
    // In turn it would be on the other session, and the next on that of the long one.
    expect((await drive(driver, bare('echo'))).outcome).toBe('ok');
    const answers = await Promise.all([long, drive(driver, bare('summarise'))]);
    for (const { oursMs } of answers) expect(oursMs).toBeGreaterThanOrEqual(199);
    expect(driver.counters().warnings).toEqual({});
  });

  it('are refused when the scenario has no reply, as a client without the capability does', async () => {
    const driver = await asking(transport, undefined);
    expect((await drive(driver, bare('summarise'))).outcome).toBe('tool-error');
  });

  it('come with progress, which is counted for the call whose token it has', async () => {
    const driver = await asking(transport, CLIENT);
    const answers = await Promise.all([drive(driver, bare('steps')), drive(driver, bare('slow'))]);
    expect(answers.map(({ progress }) => progress)).toEqual([3, undefined]);
    const quiet = await asking(transport, { ...CLIENT, progress: false });
    expect(await drive(quiet, bare('steps'))).toMatchObject({ result: text('no token') });
  });

  it('leave nothing running when the driver is closed while one waits', async () => {
    const driver = await asking(transport, { ...CLIENT, sampling: { ...CLIENT.sampling!, delay: ms(60_000) } });
    const waiting = drive(driver, bare('summarise'));
    await expect.poll(() => driver.counters().warnings).toEqual({});
    await new Promise((resolve) => setTimeout(resolve, 100));
    await driver.close();
    expect(await waiting).toMatchObject({ outcome: 'cancelled', rounds: 1 });
  });
});

describe.each(['stdio', 'sse'] as const)('a call that is taken back over %s', (transport) => {
  it('is cancelled by notification, and listened for a little longer', async () => {
    const driver = await asking(transport, CLIENT);
    const answer = new Promise((resolve) => {
      const cancel = driver.start(callOf(bare('slow')), resolve);
      setTimeout(() => cancel('cancelled'), 100);
    });
    expect(await answer).toMatchObject({ outcome: 'cancelled' });
    // The SDK sends no answer to a request that was cancelled: nobody can say.
    await expect.poll(() => driver.counters().warnings, { timeout: 3000 }).toEqual({ 'cancelled-untold': 1 });
    expect((await drive(driver, bare('echo'))).outcome).toBe('ok');
  });
});

describe('the modern era over stdio', () => {
  const open = async (args: readonly string[], client: ClientSide): Promise<Driver> => {
    const driver = driverFor([], stdio('modern-stdio-server.js', ...args), { client });
    onTestFinished(() => driver.close());
    expect((await driver.open(1))[0]).toMatchObject({ era: 'modern' });
    return driver;
  };
  const elicitation = { result: { action: 'accept', content: { name: 'Ann' } }, delay: ms(150) };

  it('answers input_required of the official SDK and sends the call again: one call', async () => {
    const driver = await open([], { tasks: false, progress: false, elicitation });
    const answer = await drive(driver, bare('greet'));
    expect(answer, answer.text).toMatchObject({ outcome: 'ok', rounds: 1, result: text('Hello Ann') });
    expect(answer.oursMs).toBeGreaterThanOrEqual(149);
  });

  it('is told when the scenario has no reply', async () => {
    const driver = await open([], { tasks: true, progress: false });
    // The SDK does not even ask a client that has not declared the capability.
    expect((await drive(driver, bare('greet'))).outcome).not.toBe('ok');
  });

  it('follows a task to its end, with the input that it asks for', async () => {
    const driver = await open(['--tasks'], { tasks: true, progress: false, elicitation });
    const answer = await drive(driver, bare('work'));
    expect(answer, answer.text).toMatchObject({ outcome: 'ok', rounds: 1, result: text('Done for Ann') });
    expect(answer.polls).toBeGreaterThanOrEqual(2);
    expect(answer.oursMs).toBeGreaterThanOrEqual(149);
  });
});

describe('streams held over HTTP+SSE', () => {
  it('are those of the sessions, counted', async () => {
    const driver = await asking('sse', CLIENT, { stream: true }, 3);
    expect(driver.counters().streams).toEqual({ open: 3, opened: 3, lost: 0, messages: 0 });
    await drive(driver, bare('where'));
    expect(driver.counters().streams).toMatchObject({ open: 3, messages: 1 });
    await driver.close();
    expect(driver.counters().streams).toMatchObject({ open: 0, lost: 0 });
  });
});
