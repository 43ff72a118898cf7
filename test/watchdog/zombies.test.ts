import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, onlyZombies, stopProcess } from '../../src/watchdog/stop-process.js';

describe.runIf(process.platform === 'linux')('a process that has ended and that nobody collects', () => {
  it('counts as gone, though the system still lists it; its living group does not', async () => {
    // The shell becomes a `sleep`, which never asks after the child that the shell had.
    const group = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const leader = group.pid as number;
    onTestFinished(() => stopProcess(leader, { group: true, graceMs: 0 }).then(() => {}));
    const ended = Number(await new Promise((resolve) => group.stdout.once('data', (text: Buffer) => resolve(text.toString()))));
    await vi.waitFor(() => expect(onlyZombies(ended, false)).toBe(true), { timeout: 5000 });
    expect(isAlive(ended)).toBe(true);
    expect(onlyZombies(leader, true)).toBe(false);
    expect(await stopProcess(ended, { graceMs: 5000 })).toBe(true);
  });

  it('is not what is not there at all', () => {
    expect(onlyZombies(2 ** 22 + 1, false)).toBe(false);
  });
});
