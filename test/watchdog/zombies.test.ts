import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, onlyZombies, stopProcess } from '../../src/watchdog/stop-process.js';

describe.runIf(process.platform === 'linux')('a process that has ended and that nobody collects', () => {
  it('counts as gone, though the system still lists it; its living group does not', async () => {
    // The shell becomes a `sleep`, which never asks after the child that the shell had. The child ends only then: a shell may ask.
    const script = 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60 <&- 3<&-';
    const group = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const leader = group.pid as number;
    onTestFinished(() => stopProcess(leader, { group: true, graceMs: 0 }).then(() => {}));
    const ended = Number(await new Promise((resolve) => group.stdout.once('data', (text: Buffer) => resolve(text.toString()))));
    await vi.waitFor(() => expect(readFileSync(`/proc/${leader}/comm`, 'utf8')).toBe('sleep\n'), { timeout: 5000 });
    group.stdin.end();
    await vi.waitFor(() => expect(onlyZombies(ended, false)).toBe(true), { timeout: 5000 });
    expect(isAlive(ended)).toBe(true);
    expect(onlyZombies(leader, true)).toBe(false);
    expect(await stopProcess(ended, { graceMs: 5000 })).toBe(true);
  });

  it('is not what is not there at all', () => {
    expect(onlyZombies(2 ** 22 + 1, false)).toBe(false);
  });
});
