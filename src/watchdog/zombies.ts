import { readdirSync, readFileSync } from 'node:fs';

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
