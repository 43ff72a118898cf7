import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { StopSignal } from './watchdog-order.js';

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

/**
 * Whether all that is left of a process or group has ended and only waits to be collected. In a container whose first process collects
 * nobody, such entries stay for ever and would look alive. False where there is no /proc.
 */
export function onlyZombies(pid: number, group: boolean): boolean {
  try {
    const pids = group ? readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)) : [String(pid)];
    const left = pids.map(readStat).filter((stat) => stat !== undefined && (!group || stat.group === pid));
    return left.length > 0 && left.every((stat) => stat?.state === 'Z' || stat?.state === 'X');
  } catch {
    return false;
  }
}

function readStat(pid: string): { readonly state: string; readonly group: number } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, brackets too.
    const [state = '', , group = ''] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return undefined;
  }
}
