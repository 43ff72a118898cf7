import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listProcesses } from '../../src/signals/proc-files.js';
import { familyOf } from '../../src/signals/process-tree.js';
import { isAlive } from '../../src/watchdog/stop-process.js';
import { freePort } from '../fixtures/ports.js';
import { plimsoll, root, startPlimsoll, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

const EVERYTHING = join(root, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');
const HOSTILE = join(root, 'test', 'hostile', 'misbehaving-stdio-server.js');
const SHORT = ['--set', 'load.phases.0.rate=160/s', '--set', 'load.phases.0.for=2s'];
const stdio = (...args: readonly string[]) => ({
  url: undefined as unknown as string,
  target: { transport: 'stdio', command: [process.execPath, HOSTILE, ...args], preflight: 'schema' },
});

describe('a stdio target', () => {
  it('is run with a process a session, whose CPU and memory are summed', async () => {
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await plimsoll(['run', 'scenarios/stdio.yaml', ...SHORT, '--out', out]);
    const result = resultIn(out);
    expectExitUnlessInDoubt(result, code, [0], stderr);
    expect(result.totals).toMatchObject({ offered: 320, ok: 320 });
    expect(result.run.target).toMatchObject({ transport: 'stdio', endpoints: [{ endpoint: 'stdio:node' }] });
    // Two processes of Node; one alone has some 70 MB.
    expect(result.saturation.process?.rssBytes?.max).toBeGreaterThan(90e6);
    expectCountsToAddUp(result);
    expectAllReports(out);
  });

  it('that dies again and again: each call has its class, and the exit code is told', async () => {
    const out = join(temporaryFolder(), 'run');
    const calls = [
      { tool: 'fine', weight: 30, arguments: {} },
      { tool: 'exit', weight: 1, arguments: {} },
    ];
    const scenario = scenarioFile({ ...stdio(), more: { calls }, for: '3s' });
    const { code } = await plimsoll(['run', scenario, '--out', out]);
    const result = resultIn(out);
    expectExitUnlessInDoubt(result, code, [3]);
    const classes = result.errors.map((error) => error.class);
    expect(classes).toContain('crash');
    expect(classes.filter((name) => name !== 'crash' && name !== 'connect-failed')).toEqual([]);
    const story = /exited with code 3; its last words: cannot reach the database/;
    expect(result.errors.find((error) => error.class === 'crash')?.sample).toMatch(story);
    const notes = readFileSync(join(out, 'journal.ndjson'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"server-process-ended"'));
    expect(notes[0]).toMatch(story);
    expect(result.totals.ok).toBeGreaterThan(0);
    expectCountsToAddUp(result);
  });

  it.skipIf(process.platform !== 'linux')('leaves no process behind when plimsoll is killed', async () => {
    const scenario = scenarioFile({ ...stdio('--start=ignores-the-end'), tool: 'fine', arguments: {}, for: '60s' });
    const { child, says, ended } = startPlimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run')]);
    await says(/load starts/);
    const family = familyOf(child.pid as number, listProcesses()).filter((pid) => pid !== child.pid);
    // Two servers and their watchdog.
    expect(family.length).toBeGreaterThanOrEqual(3);
    child.kill('SIGKILL');
    await ended;
    const endMs = performance.now() + 10_000;
    while (family.some((pid) => isAlive(pid)) && performance.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(family.filter((pid) => isAlive(pid))).toEqual([]);
  });

  it.each([
    ['there is no such command', ['/nowhere/server'], /cannot start `\/nowhere\/server`/],
    ['dies at once', [process.execPath, HOSTILE, '--start=dies'], /exited with code 4; its last words: no such module: left-pad/],
  ])('that does not start (%s): exit 6', async (_, command, sentence) => {
    const scenario = scenarioFile({ ...stdio(), target: { transport: 'stdio', command } });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', join(temporaryFolder(), 'run')]);
    expect(code).toBe(6);
    expect(stderr).toMatch(sentence);
  });
});

it('runs over HTTP+SSE', async () => {
  const out = join(temporaryFolder(), 'run');
  const port = await freePort();
  const { code, stderr } = await plimsoll([
    'run',
    'scenarios/sse.yaml',
    ...SHORT,
    '--set',
    `target.url=http://127.0.0.1:${port}/sse`,
    '--set',
    `target.server.env.PORT="${port}"`,
    '--out',
    out,
  ]);
  const result = resultIn(out);
  expectExitUnlessInDoubt(result, code, [0], stderr);
  expect(result.totals).toMatchObject({ offered: 320, ok: 320 });
  expect(result.run.target).toMatchObject({ transport: 'sse' });
  expectCountsToAddUp(result);
});

describe('a server that asks its client, on the reference server', () => {
  const client = { sampling: { text: 'a short summary', delay: '300ms' }, roots: { uris: ['file:///workspace'], delay: '20ms' } };
  const calls = [
    { tool: 'trigger-sampling-request', arguments: { prompt: 'sum up', maxTokens: 9 }, expect: { text: 'a short summary' } },
  ];
  const slo = { success: '99%', p95: '250ms' };

  const expectWaitsApart = (out: string): ReturnType<typeof resultIn> => {
    const result = resultIn(out);
    expect(result.totals).toMatchObject({ offered: 60, ok: 60 });
    const [tool] = result.tools;
    // A busy machine may put two calls on one session; then it cannot be told whose the wait is.
    expect(tool?.interaction?.rounds).toBeGreaterThanOrEqual(35);
    expect(tool?.interaction?.clientDelayUs?.p50).toBeGreaterThanOrEqual(299_000);
    // Each call took 300 ms more than this; its own time is what the server took.
    expect(tool?.latencyUs.response.p50).toBeLessThan(250_000);
    expectCountsToAddUp(result);
    return result;
  };

  it('is answered over stdio with a session for each call, and what it prints is kept', async () => {
    const out = join(temporaryFolder(), 'run');
    const target = { transport: 'stdio', command: ['node', EVERYTHING, 'stdio'], protocol: 'legacy' };
    const scenario = scenarioFile({
      ...stdio(),
      target,
      rate: '20/s',
      for: '3s',
      more: { client, calls, slo, sessions: { count: 12 } },
    });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', out]);
    expectExitUnlessInDoubt(expectWaitsApart(out), code, [0, 3, 5], stderr);
    const [head, ...printed] = readFileSync(join(out, 'server.log'), 'utf8').trim().split('\n');
    expect(head).toContain('what the server under test printed');
    // Twelve of the load, one of the preflight.
    expect(printed).toHaveLength(13);
    expect(printed.every((line) => /^\[\d+\] Starting default \(STDIO\) server/.test(line))).toBe(true);
  });

  it('is answered over HTTP+SSE, whose streams are counted', async () => {
    const out = join(temporaryFolder(), 'run');
    const port = await freePort();
    const server = { command: ['node', EVERYTHING, 'sse'], env: { PORT: String(port) } };
    const target = { transport: 'sse', server };
    const more = { client, calls, slo, sessions: { count: 12, stream: true } };
    const scenario = scenarioFile({ url: `http://127.0.0.1:${port}/sse`, target, rate: '20/s', for: '3s', more });
    const { code, stderr } = await plimsoll(['run', scenario, '--out', out]);
    expectExitUnlessInDoubt(resultIn(out), code, [0, 3, 5], stderr);
    expect(expectWaitsApart(out).totals.streams).toMatchObject({ fewest: 12, most: 12, lost: 0 });
  });
});

it('runs a server of a client’s settings without a scenario file', async () => {
  const out = join(temporaryFolder(), 'run');
  const config = join(temporaryFolder(), 'mcp.json');
  writeFileSync(config, JSON.stringify({ mcpServers: { every: { command: 'node', args: [EVERYTHING, 'stdio'] } } }));
  const flags = [
    '--tool',
    'echo',
    '--arguments',
    '{"message":"hi"}',
    '--rate',
    '50/s',
    '--for',
    '2s',
    '--set',
    'sessions.count=2',
  ];
  const run = ['run', '--mcp-config', config, '--server', 'every'];
  const { code, stderr } = await plimsoll([...run, ...flags, '--set', 'load.arrivals=constant', '--out', out]);
  expectExitUnlessInDoubt(resultIn(out), code, [0], stderr);
  expect(resultIn(out).totals).toMatchObject({ offered: 100, ok: 100 });
  const without = await plimsoll(run);
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('run --mcp-config without a scenario file also needs --tool and --rate and --for');
});
