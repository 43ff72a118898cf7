import { describe, expect, it } from 'vitest';
import { cpuSecondsBetween, readFamilyCpu } from '../../src/signals/family-cpu.js';
import type { ProcStat } from '../../src/signals/proc-files.js';

const stat = (pid: number, parent: number, cpuS: number, name = 'node', waitedCpuS = 0): ProcStat =>
  ({ pid, parent, group: 1, cpuS, waitedCpuS, threads: 1, name }) as ProcStat;

/** Threads by process, with the nanoseconds that each ran. */
const threads = (byPid: Readonly<Record<number, readonly number[]>>) => ({
  names: (folder: string) => (byPid[Number(folder.split('/')[2])] ?? []).map((_, tid) => String(tid)),
  text: (path: string) => {
    const [, , pid, , tid] = path.split('/');
    return `${byPid[Number(pid)]?.[Number(tid)]} 0 1\n`;
  },
});

describe('readFamilyCpu', () => {
  it('adds threads to the nanosecond where ticks say less, and ticks where threads have ended', () => {
    const all = [stat(10, 1, 0.02), stat(11, 10, 3), stat(99, 1, 50)];
    const reading = readFamilyCpu(10, () => all, threads({ 10: [20_400_000, 5_100_000], 11: [1_000_000_000] }));
    expect(reading?.byPid.get(10)?.ownS).toBeCloseTo(0.0255, 9);
    expect(reading?.byPid.get(11)?.ownS).toBe(3);
    expect(reading?.byPid.has(99)).toBe(false);
  });

  it('leaves the databases of a server out, and knows nothing of a process that is gone', () => {
    const all = [stat(10, 1, 1), stat(11, 10, 7, 'postgres'), stat(12, 11, 9, 'postgres')];
    expect([...(readFamilyCpu(10, () => all, threads({}))?.byPid.keys() ?? [])]).toEqual([10]);
    expect(readFamilyCpu(5, () => all, threads({}))).toBeUndefined();
  });
});

describe('cpuSecondsBetween', () => {
  it('is what was used between two readings, children that ended meanwhile included', () => {
    const before = {
      atMs: 0,
      byPid: new Map([
        [10, { ownS: 1, waitedS: 0 }],
        [11, { ownS: 2, waitedS: 0 }],
      ]),
    };
    const after = { atMs: 1000, byPid: new Map([[10, { ownS: 1.25, waitedS: 2.5 }]]) };
    expect(cpuSecondsBetween(before, after)).toBeCloseTo(0.75, 9);
    expect(cpuSecondsBetween(before, undefined)).toBeUndefined();
  });
});
