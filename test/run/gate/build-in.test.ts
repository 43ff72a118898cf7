import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { buildIn } from '../../../src/run/gate/build-in.js';
import { isAlive } from '../../../src/watchdog/stop-process.js';
import { scratchFolder } from '../../fixtures/scratch-folder.js';

const PATIENT = { timeout: 30_000, interval: 20 };

/** Runs a script as the build of a gate. */
function build(folder: string, script: string, change: { readonly exitCode?: 5 | 6; readonly timeoutMs?: number } = {}) {
  const { exitCode = EXIT.target, timeoutMs } = change;
  const stop = new AbortController();
  const told: string[] = [];
  const watchdog = {
    guardGroup: (pid: number) => void told.push(`guard ${pid}`),
    release: (what: object) => void told.push(`release ${Object.values(what).join(' ')}`),
  };
  const parts = { watchdog, signal: stop.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const ended = buildIn(folder, [process.execPath, '-e', script], exitCode, parts).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ended, stop, told };
}

/** Starts a child that never ends, writes the pid of both down and waits for ever. */
const ENDLESS = `
const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
require('node:fs').writeFileSync('pids.tmp', process.pid + ' ' + child.pid);
require('node:fs').renameSync('pids.tmp', 'pids');
setInterval(() => {}, 1000);
`;
const pidsIn = (folder: string): readonly number[] => readFileSync(join(folder, 'pids'), 'utf8').split(' ').map(Number);

describe('the build of a gate', () => {
  it('runs in its folder, guarded as long as it runs', async () => {
    const folder = scratchFolder('build');
    const { ended, told } = build(folder, "require('node:fs').writeFileSync('made', '')");
    expect(await ended).toBeUndefined();
    expect(existsSync(join(folder, 'made'))).toBe(true);
    const [, pid] = told[0]?.split(' ') ?? [];
    expect(told).toEqual([`guard ${pid}`, `release ${pid}`]);
  });

  it.each([EXIT.inconclusive, EXIT.target] as const)('that fails ends with %i and its last words', async (exitCode) => {
    const script = "for (let n = 0; n < 9; n++) console.error('line ' + n); console.log('no'); process.exitCode = 3";
    const { ended } = build(scratchFolder('build'), script, { exitCode });
    expect(await ended).toMatchObject({
      exitCode,
      message: expect.stringMatching(/ failed in .*: line 4 \| line 5 \| line 6 \| line 7 \| line 8$/),
    });
  });

  it('that says nothing is quoted by its exit code, and one that is not there by its name', async () => {
    expect(await build(scratchFolder('build'), 'process.exitCode = 3').ended).toMatchObject({
      message: expect.stringMatching(/: it ended with code 3$/),
    });
    const watchdog = { guardGroup: () => {}, release: () => {} };
    await expect(
      buildIn(scratchFolder('build'), ['no-such-program'], EXIT.target, { watchdog, signal: new AbortController().signal }),
    ).rejects.toMatchObject({ exitCode: EXIT.target, message: expect.stringContaining('spawn no-such-program ENOENT') });
  });

  it.each([
    ['interrupted', EXIT.interrupted],
    ['terminated', EXIT.terminated],
  ] as const)('ends with all that it started when the gate is %s: exit %i', async (reason, exitCode) => {
    const folder = scratchFolder('build');
    const { ended, stop } = build(folder, ENDLESS);
    await vi.waitFor(() => expect(existsSync(join(folder, 'pids'))).toBe(true), PATIENT);
    stop.abort(reason);
    expect(await ended).toMatchObject({ exitCode });
    for (const pid of pidsIn(folder)) await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENT);
    expect(await build(folder, '', {}).ended).toBeUndefined();
  });

  it('that takes too long is stopped, and says so', async () => {
    const folder = scratchFolder('build');
    const { ended } = build(folder, ENDLESS, { timeoutMs: 1500 });
    expect(await ended).toMatchObject({
      exitCode: EXIT.target,
      message: expect.stringContaining('did not end within 0.025 min'),
    });
  });

  it('leaves nothing behind that it started in its group', async () => {
    const folder = scratchFolder('build');
    const { ended } = build(
      folder,
      ENDLESS.replace(/setInterval\(\(\) => \{\}, 1000\);\n$/, 'child.unref(); process.exit(0);\n'),
    );
    expect(await ended).toBeUndefined();
    for (const pid of pidsIn(folder)) await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENT);
  });

  it('is not begun when the gate was stopped before it', async () => {
    const folder = scratchFolder('build');
    const stop = new AbortController();
    stop.abort('interrupted');
    const watchdog = { guardGroup: () => {}, release: () => {} };
    const script = "require('node:fs').writeFileSync('made', '')";
    await expect(
      buildIn(folder, [process.execPath, '-e', script], EXIT.target, { watchdog, signal: stop.signal }),
    ).rejects.toMatchObject({ exitCode: EXIT.interrupted });
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });
});
