import { setTimeout as wait } from 'node:timers/promises';

/** Pid as `process.kill` takes it: negative for a whole group. */
const address = (pid: number, group: boolean): number => (group ? -pid : pid);

/** Whether a process, or any process of a group, is there. */
export function isAlive(pid: number, group = false): boolean {
  try {
    process.kill(address(pid, group), 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(pid: number, group: boolean, signal: NodeJS.Signals): void {
  try {
    process.kill(address(pid, group), signal);
  } catch {
    // Gone already: that is what was asked for.
  }
}

/**
 * Stops a process or group: SIGTERM, then SIGKILL when it is still there after `graceMs`. Resolves when it is gone, and at the latest
 * a second after the SIGKILL.
 * @returns false when it was still there at the end
 */
export async function stopProcess(pid: number, { group = false, graceMs = 2000 } = {}): Promise<boolean> {
  send(pid, group, 'SIGTERM');
  if (await gone(pid, group, graceMs)) return true;
  send(pid, group, 'SIGKILL');
  return gone(pid, group, 1000);
}

async function gone(pid: number, group: boolean, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (isAlive(pid, group)) {
    if (performance.now() > until) return false;
    await wait(20);
  }
  return true;
}
