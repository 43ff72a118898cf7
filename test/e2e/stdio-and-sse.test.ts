import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listProcesses } from '../../src/signals/proc-files.js';
import { familyOf } from '../../src/signals/process-tree.js';
import { isAlive } from '../../src/watchdog/stop-process.js';
import { freePort, plimsoll, root, startPlimsoll, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';

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
    // A machine that is busy with other tests may make the run invalid; the server never fails.
    expect([0, 5], stderr).toContain(code);
    const result = resultIn(out);
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
    expect([3, 5]).toContain(code);
    const result = resultIn(out);
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
  expect([0, 5], stderr).toContain(code);
  const result = resultIn(out);
  expect(result.totals).toMatchObject({ offered: 320, ok: 320 });
  expect(result.run.target).toMatchObject({ transport: 'sse' });
  expectCountsToAddUp(result);
});
