/** CPU time of one process at one moment, in seconds. */
export interface CpuTime {
  readonly ownS: number;
  /** Of its children that have ended and were waited for, and of theirs. */
  readonly waitedS: number;
}

export interface CpuReading {
  readonly atMs: number;
  readonly byPid: ReadonlyMap<number, CpuTime>;
}

/**
 * CPU in cores that a family of processes used between two readings. A child that ended in between has handed its whole time over to its
 * parent, the part that was counted while it lived included, so that part is taken off again: a server with a process for each call is
 * counted in full, and nothing twice. Pure.
 * @returns undefined when the readings are too close to tell
 */
export function coresBetween(last: CpuReading, now: CpuReading): number | undefined {
  const seconds = (now.atMs - last.atMs) / 1000;
  if (seconds < 0.1) return undefined;
  let ownS = 0;
  let waitedS = 0;
  for (const [pid, time] of now.byPid) {
    const before = last.byPid.get(pid);
    ownS += Math.max(0, time.ownS - (before?.ownS ?? 0));
    waitedS += Math.max(0, time.waitedS - (before?.waitedS ?? 0));
  }
  for (const [pid, time] of last.byPid) if (!now.byPid.has(pid)) waitedS -= time.ownS + time.waitedS;
  return (ownS + Math.max(0, waitedS)) / seconds;
}
