import { type CpuReading, coresBetween } from './cpu-use.js';
import { listProcesses, type ProcStat } from './proc-files.js';
import { familyOf } from './process-tree.js';

/** Databases that a server may have started for itself: their work is not its own. */
const DATABASES = new Set(['postgres', 'mysqld', 'mariadbd', 'redis-server', 'valkey-server', 'mongod']);

/**
 * CPU time so far of a process and all of its descendants, those that have ended and were waited for included, without the databases among
 * them. Undefined where the process cannot be seen. Linux.
 * @param list for tests
 */
export function readFamilyCpu(root: number, list: () => readonly ProcStat[] = listProcesses): CpuReading | undefined {
  const all = list();
  if (!all.some(({ pid }) => pid === root)) return undefined;
  const family = new Set(familyOf(root, all));
  const members = all.filter(({ pid, name }) => family.has(pid) && !DATABASES.has(name));
  return {
    atMs: performance.now(),
    byPid: new Map(members.map(({ pid, cpuS, waitedCpuS }) => [pid, { ownS: cpuS, waitedS: waitedCpuS }])),
  };
}

/** CPU seconds between two readings. Undefined where they are too close, or either is missing. */
export function cpuSecondsBetween(last: CpuReading | undefined, now: CpuReading | undefined): number | undefined {
  if (last === undefined || now === undefined) return undefined;
  const cores = coresBetween(last, now);
  return cores === undefined ? undefined : (cores * (now.atMs - last.atMs)) / 1000;
}
