import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDriver } from '../../src/mcp/create-driver.js';
import type { Driver } from '../../src/mcp/driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import type { ServerProcessEvent } from '../../src/mcp/server-process-event.js';
import { OUTCOMES } from '../../src/scenario/outcome.js';
import type { Target } from '../../src/scenario/target.js';
import { isAlive } from '../../src/watchdog/stop-process.js';
import { drive, targetOf } from '../fixtures/drive-call.js';
import { ENDING_STDIO, EXPECTED_STDIO, SILENT_STDIO } from './expected-stdio.js';
import { VIOLATIONS } from './violations.js';

const SERVER = join(import.meta.dirname, 'misbehaving-stdio-server.js');
const TIMEOUT_MS = 5000;
const LIMIT_BYTES = 1024 * 1024;

const open: Driver[] = [];
const pids = new Set<number>();
afterEach(async () => {
  await Promise.all(open.splice(0).map((driver) => driver.close()));
  // A killed child stays in the table of processes until whoever inherited it has read how it ended.
  for (const pid of pids)
    await vi.waitFor(() => expect(isAlive(pid, true), `process group ${pid} is left behind`).toBe(false), { timeout: 10_000 });
  pids.clear();
});

interface Opened {
  readonly driver: Driver;
  readonly events: ServerProcessEvent[];
}

function make(args: readonly string[], more: Partial<DriverOptions> = {}, target: Partial<Target> = {}): Opened {
  const events: ServerProcessEvent[] = [];
  const driver = createDriver({
    target: targetOf([], { transport: 'stdio', command: [process.execPath, SERVER, ...args], ...target }),
    classify: [],
    maxInFlight: 100,
    limits: { answerBytes: LIMIT_BYTES },
    onServerProcess: (event) => {
      events.push(event);
      pids.add(event.pid);
    },
    ...more,
  });
  open.push(driver);
  return { driver, events };
}

async function opened(args: readonly string[] = [], sessions = 1, more: Partial<DriverOptions> = {}): Promise<Opened> {
  const made = make(args, more);
  await made.driver.open(sessions);
  return made;
}

const until = async (condition: () => boolean, withinMs = 5000): Promise<void> => {
  const endMs = performance.now() + withinMs;
  while (!condition() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
};

/** A good call, tried again while the session is being opened again. */
async function fineAgain(driver: Driver): Promise<void> {
  const endMs = performance.now() + 8000;
  for (;;) {
    const { outcome, text } = await drive(driver, { tool: 'fine', timeoutMs: TIMEOUT_MS });
    if (outcome === 'ok') return;
    expect(outcome, text).toBe('connect-failed');
    expect(performance.now()).toBeLessThan(endMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.each(['legacy', 'modern'] as const)('a misbehaving stdio server, %s', (era) => {
  const judge = async (driver: Driver, tool: string): Promise<void> => {
    const outcome = EXPECTED_STDIO[tool] as keyof typeof OUTCOMES;
    const startedMs = performance.now();
    const call = drive(driver, { tool, timeoutMs: TIMEOUT_MS });
    const answer = await call;
    expect(answer.outcome, `${tool}: ${answer.text}`).toBe(outcome);
    expect(answer.answered).toBe(OUTCOMES[outcome].answered);
    expect(answer.endedMs - startedMs, tool).toBeLessThan(TIMEOUT_MS / 2);
    if (outcome !== 'ok') expect(answer.text?.length, tool).toBeGreaterThan(0);
    if (VIOLATIONS[tool] !== undefined) expect(answer.text, tool).toMatch(VIOLATIONS[tool]);
    expect(answer.text?.length ?? 0).toBeLessThanOrEqual(300);
    await fineAgain(driver);
    expect(call.times()).toBe(1);
  };
  const ending: readonly string[] = ENDING_STDIO;

  it('gives each call its class, and serves the next one', { timeout: 30_000 }, async () => {
    const { driver } = await opened([`--era=${era}`]);
    for (const tool of Object.keys(EXPECTED_STDIO)) if (!ending.includes(tool)) await judge(driver, tool);
    const { warnings, sessions } = driver.counters();
    expect(warnings).toMatchObject({ 'stdout-pollution': 1, 'duplicate-answer': 1, 'unknown-id': 1, 'answer-id-as-text': 1 });
    expect(sessions.lost).toBe(0);
  });

  it.each(ENDING_STDIO)('%s ends its session, which is opened again once', async (tool) => {
    const { driver } = await opened([`--era=${era}`]);
    await judge(driver, tool);
    expect(driver.counters()).toMatchObject({ sessions: { lost: 1, opened: 2 } });
  });

  it('ends silence at the timeout, tells the server, and knows a late answer', async () => {
    const { driver } = await opened([`--era=${era}`]);
    for (const tool of ['silence', 'half-an-answer-silence']) {
      const startedMs = performance.now();
      const answer = await drive(driver, { tool, timeoutMs: 150 });
      expect(answer).toMatchObject({ outcome: 'timeout', answered: false });
      expect(answer.endedMs - startedMs).toBeGreaterThanOrEqual(150);
    }
    expect(driver.counters().sessions.lost).toBe(0);
    const { driver: other } = await opened([`--era=${era}`]);
    expect((await drive(other, { tool: 'answered-late', timeoutMs: 100 })).outcome).toBe('timeout');
    await until(() => other.counters().warnings['late-answer'] === 1);
  });
});

it('has a verdict for every misbehaviour of the server', async () => {
  const { driver } = make([]);
  const [endpoint] = await driver.open(1);
  const known = [...Object.keys(EXPECTED_STDIO), ...SILENT_STDIO, 'close-stdin'];
  expect(endpoint?.tools.map(({ name }) => name).sort()).toEqual(known.sort());
});

it('gives every call in flight its class when the process dies, says how it died, and restarts it once', async () => {
  const { driver, events } = await opened([], 2);
  const waiting = Array.from({ length: 20 }, () => drive(driver, { tool: 'silence', timeoutMs: TIMEOUT_MS }));
  const death = await drive(driver, { tool: 'exit', timeoutMs: TIMEOUT_MS });
  expect(death.text).toMatch(/exited with code 3; its last words: cannot reach the database/);
  // Half of the calls were on the other process, which goes on.
  await until(() => events.filter(({ type }) => type === 'started').length === 3);
  const ended = events.filter((event) => event.type === 'ended');
  expect(ended).toHaveLength(1);
  expect(ended[0]?.text).toMatch(/exited with code 3/);
  await until(() => driver.counters().sessions.opened === 3);
  await driver.close();
  const outcomes = (await Promise.all(waiting)).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'crash')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 'cancelled')).toHaveLength(10);
  expect(driver.counters()).toMatchObject({ sessions: { lost: 1, opened: 3 } });
});

it('fails calls that find no process, and does not start one without end', { timeout: 20_000 }, async () => {
  const { driver, events } = await opened();
  const outcomes: string[] = [];
  const startedMs = performance.now();
  while (performance.now() - startedMs < 3000) {
    outcomes.push((await drive(driver, { tool: 'exit-0', timeoutMs: TIMEOUT_MS })).outcome);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(new Set(outcomes)).toEqual(new Set(['crash', 'connect-failed']));
  expect(events.filter(({ type }) => type === 'started').length).toBeLessThan(8);
});

it('keeps calls that are not read, in bounds, and counts the cancels left out', async () => {
  const { driver } = await opened();
  expect((await drive(driver, { tool: 'stops-reading', timeoutMs: 200 })).outcome).toBe('timeout');
  const big = JSON.stringify({ message: 'x'.repeat(100_000) });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => drive(driver, { tool: 'fine', argumentsJson: big, timeoutMs: 200 })),
  );
  expect(answers.map(({ outcome }) => outcome)).toEqual(Array(50).fill('timeout'));
  expect(driver.counters().warnings['cancel-notification-left-out']).toBeGreaterThan(0);
});

it('takes a closed standard input for the end of the session', async () => {
  const { driver } = await opened();
  void drive(driver, { tool: 'close-stdin', timeoutMs: TIMEOUT_MS });
  const outcomes: string[] = [];
  while (!outcomes.includes('stream-lost') && outcomes.length < 100) {
    outcomes.push((await drive(driver, { tool: 'fine', timeoutMs: 1000 })).outcome);
  }
  expect(outcomes).toContain('stream-lost');
  await fineAgain(driver);
});

it('answers a ping, refuses what it does not serve, and cancels by notification', async () => {
  const { driver, events } = await opened();
  expect((await drive(driver, { tool: 'server-request-first' })).outcome).toBe('ok');
  expect((await drive(driver, { tool: 'silence', timeoutMs: 50 })).outcome).toBe('timeout');
  await drive(driver, { tool: 'fine' });
  // What the server heard stands in its last words.
  const { text = '' } = await drive(driver, { tool: 'exit', timeoutMs: TIMEOUT_MS });
  await until(() => events.some((event) => event.type === 'ended'));
  expect(text).toMatch(/cancelled 2001/);
  expect(driver.counters().warnings).toMatchObject({
    'server-request-refused no-reply sampling/createMessage server-request-first': 1,
  });
});

describe('a stdio server that does not start', () => {
  const failing = async (args: readonly string[], target: Partial<Target> = {}, handshakeTimeoutMs = 700) => {
    const { driver } = make(args, { handshakeTimeoutMs }, target);
    return driver.open(1).then(
      () => expect.unreachable('it opened'),
      (error: { message: string; exitCode: number; details: { hint: string } }) => error,
    );
  };

  it.each([
    ['no such command', [], { command: ['/nowhere/server'] }, /cannot start `\/nowhere\/server`: .*ENOENT/, /on the PATH/],
    ['no such folder', [], { cwd: '/nowhere' }, /there is no folder \/nowhere/, /PATH/],
    ['not a program', [], { command: [SERVER] }, /cannot start .*EACCES/, /may run/],
    ['dies at once', ['--start=dies'], {}, /exited with code 4; its last words: no such module: left-pad/, /by hand/],
    [
      'never answers',
      ['--start=silent'],
      {},
      /gave no answer to the protocol probe: neither server\/discover nor initialize was answered within 700 ms/,
      /target\.startTimeout/,
    ],
    ['prints what is no JSON-RPC', ['--start=prints'], {}, /not JSON-RPC: "Server listening on port 3000"/, /standard error/],
  ])('%s', async (_, args, target, message, hint) => {
    const error = await failing(args, target);
    expect(error.exitCode).toBe(6);
    expect(error.message).toMatch(message);
    expect(error.details.hint).toMatch(hint);
  });

  it('takes secrets out of what it printed', async () => {
    const script = 'process.stderr.write("bad key " + process.env.API_KEY); process.exit(1)';
    const error = await failing([], { command: [process.execPath, '-e', script], env: { API_KEY: 'sk-123456789' } });
    expect(error.message).toContain('bad key ***');
  });
});

it('tells what a process prints to its standard error, by whole lines, without secrets', async () => {
  const script = `process.stderr.write('key ' + process.env.API_KEY + '\\nready'); import(${JSON.stringify(SERVER)})`;
  const { driver, events } = make([], {}, { command: [process.execPath, '-e', script], env: { API_KEY: 'sk-123456789' } });
  await driver.open(1);
  await driver.close();
  const lines = events.flatMap((event) => (event.type === 'printed' ? event.lines : []));
  expect(lines).toEqual(['key ***', 'ready']);
});

describe('a stdio server that starts badly', () => {
  it('works for all the noise on its standard error', async () => {
    const { driver } = await opened(['--start=floods-stderr']);
    for (let i = 0; i < 20; i++) expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
  });

  it('is legacy when it dies of the probe', async () => {
    const { driver } = make(['--start=dies-at-discover']);
    const [endpoint] = await driver.open(1);
    expect(endpoint).toMatchObject({ era: 'legacy', probe: 'the server ended at server/discover: initialize is used' });
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
  });

  it('is killed when it ignores the end of its input and SIGTERM', async () => {
    const { driver, events } = await opened(['--start=ignores-the-end'], 2);
    await driver.close();
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(2);
  });

  it('takes its children along', async () => {
    const { driver } = await opened(['--start=leaves-a-child']);
    const { text = '' } = await drive(driver, { tool: 'exit', timeoutMs: TIMEOUT_MS });
    const child = Number(/child (\d+)/.exec(text)?.[1]);
    expect(child).toBeGreaterThan(1);
    await driver.close();
    await until(() => !isAlive(child));
  });
});

it('replaces a process that has served its calls, off the clock', async () => {
  const { driver, events } = await opened([], 1, { sessionCalls: 5 });
  for (let i = 0; i < 40; i++) {
    expect((await drive(driver, { tool: 'fine' })).outcome).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until(() => events.some((event) => event.type === 'ended' && event.text === undefined));
  expect(driver.counters()).toMatchObject({ sessions: { lost: 0 } });
  expect(driver.counters().sessions.opened).toBeGreaterThan(1);
});
