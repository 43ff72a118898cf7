import { type CpuReading, coresBetween } from './cpu-use.js';
import { listProcesses, type ProcStat } from './proc-files.js';
import { familyOf } from './process-tree.js';
import { type SystemFiles, systemFiles } from './system-files.js';

/** Databases that a server may have started for itself: their work is not its own. */
const DATABASES = new Set(['postgres', 'mysqld', 'mariadbd', 'redis-server', 'valkey-server', 'mongod']);

/**
 * CPU time so far of a process and all of its descendants, those that have ended and were waited for included, without the databases among
 * them. Undefined where the process cannot be seen. Linux.
 * @param list for tests, like `files`
 */
export function readFamilyCpu(
  root: number,
  list: () => readonly ProcStat[] = listProcesses,
  files: Pick<SystemFiles, 'names' | 'text'> = systemFiles,
): CpuReading | undefined {
  const all = list();
  if (!all.some(({ pid }) => pid === root)) return undefined;
  const family = new Set(familyOf(root, all));
  const members = all.filter(({ pid, name }) => family.has(pid) && !DATABASES.has(name));
  return {
    atMs: performance.now(),
    byPid: new Map(
      members.map(({ pid, cpuS, waitedCpuS }) => [pid, { ownS: Math.max(cpuS, ofThreadsS(pid, files)), waitedS: waitedCpuS }]),
    ),
  };
}

/**
 * CPU time of the threads of a process that are there, to the nanosecond (first field of `schedstat`); `stat` counts those that have ended too, but in
 * ticks of 10 ms, which is more than some servers need for all calls of a pair. Neither is ever more than the true time. 0 where it is not told.
 */
function ofThreadsS(pid: number, files: Pick<SystemFiles, 'names' | 'text'>): number {
  const folder = `/proc/${pid}/task`;
  const nanoseconds = files
    .names(folder)
    .map((thread) => Number(files.text(`${folder}/${thread}/schedstat`)?.split(' ')[0] ?? 0));
  return nanoseconds.reduce((sum, ns) => sum + (Number.isFinite(ns) ? ns : 0), 0) / 1e9;
}

/** CPU seconds between two readings. Undefined where they are too close, or either is missing. */
export function cpuSecondsBetween(last: CpuReading | undefined, now: CpuReading | undefined): number | undefined {
  if (last === undefined || now === undefined) return undefined;
  const cores = coresBetween(last, now);
  return cores === undefined ? undefined : (cores * (now.atMs - last.atMs)) / 1000;
}
