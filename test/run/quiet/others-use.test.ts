import { describe, expect, it } from 'vitest';
import { isQuiet, othersText, othersUse } from '../../../src/run/quiet/others-use.js';
import type { MachineReading } from '../../../src/signals/machine-reading.js';
import type { ProcStat } from '../../../src/signals/proc-files.js';

/** pid, parent, name, CPU seconds, CPU seconds of children that ended. */
type Listed = readonly [number, number, string, number, number?];

const stat = ([pid, parent, name, cpuS, waitedCpuS = 0]: Listed): ProcStat => ({
  pid,
  parent,
  group: pid,
  name,
  cpuS,
  waitedCpuS,
  threads: 1,
});

/** @param busyS of the whole machine since boot, of `atS` seconds on every core */
const reading = (cores: number, atS: number, busyS: number, ...listed: readonly Listed[]): MachineReading => ({
  ticks: { total: atS * cores * 100, idle: (atS * cores - busyS) * 100, steal: 0 },
  cores,
  processes: listed.map(stat),
});

const before = reading(
  4,
  100,
  50,
  [1, 0, 'init', 0],
  [10, 1, 'node', 5],
  [11, 10, 'server', 5],
  [20, 1, 'hog', 3],
  [21, 1, 'hog', 3],
);

describe('CPU that others use', () => {
  it('is what the machine was busy with, less the processes of the run and their descendants', () => {
    const after = reading(
      4,
      102,
      55,
      [1, 0, 'init', 0],
      [10, 1, 'node', 5.6],
      [11, 10, 'server', 6.4],
      [20, 1, 'hog', 4.4],
      [21, 1, 'hog', 4.2],
    );
    const use = othersUse(before, after, [10]);
    // 5 s busy in 2 s: 2.5 cores, of which plimsoll had 0.3 and its server 0.7.
    expect(use?.cores).toBeCloseTo(1.5, 6);
    expect(use?.ofCores).toBe(4);
    expect(use?.busiest.map(({ name, cores }) => `${name} ${cores.toFixed(2)}`)).toEqual(['hog 1.30']);
    expect(isQuiet(use as NonNullable<typeof use>)).toBe(false);
    expect(othersText(use as NonNullable<typeof use>)).toBe('other programs use 1.5 of 4 cores (hog 1.3)');
  });

  it('counts a server that somebody else started as ours when it is named', () => {
    const busy = (pid: number): MachineReading => reading(2, 101, 51, [10, 1, 'node', 5], [pid, 1, 'java', 10]);
    const idle = reading(2, 100, 50, [10, 1, 'node', 5], [30, 1, 'java', 9]);
    expect(othersUse(idle, busy(30), [10])?.cores).toBeCloseTo(1, 6);
    expect(othersUse(idle, busy(30), [10, 30])?.cores).toBeCloseTo(0, 6);
  });

  it('counts children of ours that came and went as ours, not as the others', () => {
    // A start script used 0.8 s and ended; its parent has waited for it.
    const first = reading(2, 100, 50, [10, 1, 'node', 5, 0], [12, 10, 'initdb', 0.2]);
    const then = reading(2, 101, 51, [10, 1, 'node', 5.2, 1]);
    expect(othersUse(first, then, [10])?.cores).toBeCloseTo(0, 6);
  });

  it('names the busiest three, none that is idle, and says when it cannot see who it is', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const at = (used: readonly number[], busyS: number, atS: number): MachineReading =>
      reading(4, atS, busyS, ...names.map((name, index): Listed => [50 + index, 1, name, used[index] as number]));
    const named = othersUse(at([0, 0, 0, 0, 0], 0, 0), at([0.2, 0.9, 0.01, 0.3, 0.6], 2.01, 1), []);
    expect(named?.busiest.map(({ name }) => name)).toEqual(['b', 'e', 'd']);
    const hidden = othersUse(reading(2, 0, 0), reading(2, 1, 1.5), []);
    expect(othersText(hidden as NonNullable<typeof hidden>)).toBe(
      'other programs use 1.5 of 2 cores (most of it in programs that cannot be seen from here)',
    );
  });

  it('holds up to a quarter of the machine for quiet', () => {
    const use = (cores: number, ofCores: number) => ({ cores, ofCores, busiest: [] });
    expect([use(0.5, 2), use(0.51, 2), use(2, 8), use(2.1, 8), use(0.25, 1)].map(isQuiet)).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('says nothing of readings that are too close', () => {
    expect(othersUse(before, before, [10])).toBeUndefined();
    expect(othersUse(reading(2, 0, 0), reading(2, 0.05, 0.1), [])).toBeUndefined();
  });
});
