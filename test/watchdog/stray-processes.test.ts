import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startServerProcess } from '../../src/environment/server-process.js';
import { systemClock } from '../../src/mcp/call/clock.js';
import { ServerChild } from '../../src/mcp/channel/server-child.js';
import { isAlive, onlyZombies } from '../../src/watchdog/stop-process.js';
import { MARK, markedProcesses } from '../../src/watchdog/strays.js';
import { startWatchdog } from '../../src/watchdog/watchdog.js';

/** A server that starts a process in a session of its own, deaf to SIGTERM, prints its number, and lives as long as its input. */
const SERVER = `
  const { spawn } = require('node:child_process');
  const deaf = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);";
  const stray = spawn(process.execPath, ['-e', deaf], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  stray.stdout.once('data', () => { console.log(stray.pid); stray.stdout.destroy(); stray.unref(); });
  process.stdin.on('data', () => {}).on('end', () => process.exit(0));
  setInterval(() => {}, 1000);`;

/** One that has ended, and that nobody has asked about, does not. */
const lives = (pid: number): boolean => isAlive(pid) && !onlyZombies(pid, false);

const watchdog = () => {
  const made = startWatchdog();
  onTestFinished(() => made.dismiss());
  return made;
};

const reap = (pid: number): void =>
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // As it should be: it is gone.
    }
  });

describe.skipIf(process.platform !== 'linux')('a process that a server sent out of its group', () => {
  it('ends with a stdio server', async () => {
    const child = new ServerChild({
      command: [process.execPath, '-e', SERVER],
      env: {},
      cwd: undefined,
      watchdog: watchdog(),
      owner: { clock: systemClock, redact: (text) => text, warn: () => {} },
      onProcess: () => {},
    });
    let printed = '';
    const onOutput = (chunk: Buffer): void => {
      printed += chunk.toString();
    };
    await child.start({ onOutput, onDrain: () => {}, onGone: () => {} });
    await vi.waitFor(() => expect(printed).toMatch(/^\d+\n/), 20_000);
    const stray = Number(printed);
    reap(stray);
    expect(lives(stray)).toBe(true);
    await child.end();
    expect(lives(stray)).toBe(false);
  });

  it('ends with the server under test that we started', async () => {
    const server = await startServerProcess(
      {
        command: [
          process.execPath,
          '-e',
          SERVER.replace("process.stdin.on('data', () => {}).on('end', () => process.exit(0));", ''),
        ],
        env: {},
        readyTimeoutMs: 1000,
      },
      { watchdog: watchdog(), redact: (text) => text },
    );
    await vi.waitFor(() => expect(server.lastLines().join()).toMatch(/^\d+$/), 20_000);
    const stray = Number(server.lastLines().join());
    reap(stray);
    await server.stop();
    expect(lives(stray)).toBe(false);
  });

  it('ends with us when we are killed', async () => {
    const mark = randomUUID();
    const entry = new URL('../../dist/watchdog/watchdog.js', import.meta.url).href;
    const script = `
      const { startWatchdog } = await import(${JSON.stringify(entry)});
      startWatchdog().guardMarked(${JSON.stringify(mark)});
      process.stdout.write('guarded');
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    const stray = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { ...process.env, [MARK]: mark } });
    reap(stray.pid as number);
    await vi.waitFor(async () => expect(await markedProcesses(mark)).toEqual([stray.pid]), 20_000);
    const ended = new Promise((resolve) => stray.once('exit', resolve));
    parent.kill('SIGKILL');
    await ended;
    expect(await markedProcesses(mark)).toEqual([]);
  });
});
