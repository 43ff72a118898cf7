import { setTimeout as wait } from 'node:timers/promises';
import type { StopSignal } from './watchdog-order.js';
import { onlyZombies } from './zombies.js';

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
 * Stops a process or group: SIGTERM (or `first`), then SIGKILL when it is still there after `graceMs`. Resolves when it is gone, and at the latest
 * a second after the SIGKILL.
 * @returns false when it was still there at the end
 */
export async function stopProcess(
  pid: number,
  { group = false, graceMs = 2000, first = 'SIGTERM' as StopSignal } = {},
): Promise<boolean> {
  send(pid, group, first);
  if (await gone(pid, group, graceMs)) return true;
  send(pid, group, 'SIGKILL');
  return gone(pid, group, 1000);
}

async function gone(pid: number, group: boolean, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let polls = 1; isAlive(pid, group); polls++) {
    if (polls % 10 === 0 && onlyZombies(pid, group)) return true;
    if (performance.now() > until) return false;
    await wait(20);
  }
  return true;
}
