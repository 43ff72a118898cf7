import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import { VALIDITY_LIMITS, ValidityTally } from '../../src/analysis/validity.js';
import { IntervalRecorder } from '../../src/journal/interval-recorder.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { HostEntry } from '../../src/journal/signal-entry.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from './made-journal.js';

const latenessOf = (values: readonly number[]) => {
  const recorder = new IntervalRecorder();
  for (const value of values) recorder.record(value);
  const lateness = recorder.take();
  return lateness === undefined ? {} : { lateness };
};
const tallied = (values: readonly number[]): ValidityTally => {
  const tally = new ValidityTally();
  tally.addGenerator(latenessOf(values), 0);
  return tally;
};
const host = (figures: Partial<HostEntry>) => {
  const tally = new ValidityTally();
  for (let t = 0; t < 10; t++) tally.addHost({ type: 'host', t, ...figures });
  return tally.judge(400_000, 0);
};

describe('ValidityTally', () => {
  it('allows lateness of 1 ms, or of 5 % of the smallest limit where that is more', () => {
    // 2 of 100 starts are late: they stand at p99.
    const starts = [...Array<number>(98).fill(50), 1_500, 1_500];
    expect(tallied(starts).judge(10_000, 0)).toMatchObject({
      valid: false,
      reasons: ['starts were 1.50 ms late at p99 (allowed 1 ms)'],
    });
    expect(tallied(starts).judge(40_000, 0)).toMatchObject({ valid: true, reasons: [] });
    expect(tallied(starts.map((value) => (value === 1_500 ? 20_500 : value))).judge(400_000, 0)).toMatchObject({
      valid: false,
      reasons: ['starts were 20.5 ms late at p99 (allowed 20 ms)'],
    });
  });

  it('is not put off by a single late start in a hundred and one', () => {
    expect(tallied([...Array<number>(100).fill(10), 900_000]).judge(400_000, 0).valid).toBe(true);
  });

  it('counts one start given up by the generator as enough', () => {
    expect(tallied([10]).judge(400_000, 1)).toMatchObject({
      valid: false,
      reasons: ['1 start was given up because the load generator was late'],
    });
    expect(tallied([10]).judge(400_000, 0).valid).toBe(true);
  });

  it('looks at each load thread by itself: a full one does not hide among idle ones', () => {
    const tally = new ValidityTally();
    for (let t = 0; t < 10; t++)
      for (let worker = 0; worker < 4; worker++) tally.addGenerator({ cpuS: worker === 2 ? 0.99 : 0.1 }, worker);
    expect(tally.judge(400_000, 0)).toMatchObject({ valid: false, reasons: [expect.stringContaining('99 % of a core')] });
    const busyOnce = new ValidityTally();
    for (let t = 0; t < 10; t++) busyOnce.addGenerator({ cpuS: t === 0 ? 1 : 0.5 }, 0);
    expect(busyOnce.judge(400_000, 0).valid).toBe(true);
  });

  it.each([
    ['steal', { steal: 0.12 }, '12 % of the machine'],
    ['throttling', { throttledS: 0.3 }, 'throttled it 30 % of the time'],
    ['a machine without idle time', { busy: 0.995 }, 'CPU was 99.5 % busy'],
  ])('tells %s with its figure', (_, figures, said) => {
    expect(host(figures)).toMatchObject({ valid: false, reasons: [expect.stringContaining(said)] });
  });

  it('names who used the cores of a busy machine', () => {
    const tally = new ValidityTally();
    tally.addHost({ type: 'host', t: 0, busy: 1, generatorCores: 0.12 });
    tally.addProcess({ type: 'process', t: 1, pid: 7, cpuCores: 1.8 });
    expect(tally.judge(400_000, 0).reasons).toEqual([
      "this machine's CPU was 100 % busy (allowed 98 %): plimsoll used 0.12 cores, the server under test used 1.80 cores",
    ]);
  });

  it('lets what is within the limits pass, and never judges the event loop', () => {
    expect(host({ steal: 0.049, throttledS: 0.049, busy: 0.97, generatorCores: 0.3 })).toMatchObject({
      valid: true,
      steal: expect.closeTo(0.049, 9),
    });
    const tally = new ValidityTally();
    tally.addGenerator({ eventLoopUtilisation: 1, cpuS: VALIDITY_LIMITS.threadCores - 0.01 }, 0);
    expect(tally.judge(400_000, 0)).toEqual({ valid: true, reasons: [] });
    expect(tally.eventLoopUtilisation).toBe(1);
  });
});

describe('validity of a run', () => {
  const timeline = timelineOf([
    { name: 'warm-up', kind: 'warm-up', forS: 2 },
    { name: 'steady', kind: 'steady', forS: 3 },
    { name: 'burst', kind: 'burst', forS: 3 },
  ]);
  const run = (lateIn: number | undefined, extra: readonly JournalEntry[] = []) => {
    const calls = Array.from({ length: 800 }, (_, i): MadeCall => {
      const dueS = i / 100;
      const segment = dueS < 2 ? 0 : dueS < 5 ? 1 : 2;
      return {
        tool: 't',
        endpoint: 'a',
        segment,
        dueS,
        latenessUs: segment === lateIn ? 30_000 : 20,
        serviceUs: 900,
        outcome: 'ok',
      };
    });
    return analyse([...journalOf(startEntry(timeline), calls), ...extra, { type: 'end', t: 9, reason: 'completed' }]).result;
  };

  it('is that of its segments, and names the one', () => {
    const { validity, phases } = run(2);
    expect(validity).toMatchObject({ valid: false, reasons: ['burst: starts were 30.0 ms late at p99 (allowed 20 ms)'] });
    expect(phases.map((phase) => phase.validity.valid)).toEqual([true, true, false]);
  });

  it('does not fall with its warm-up', () => {
    const { validity, phases } = run(0);
    expect(validity).toMatchObject({ valid: true, reasons: [] });
    expect(phases[0]?.validity.valid).toBe(false);
    // The whole run's lateness leaves the warm-up out as well.
    expect(validity.generator.latenessUs?.max).toBe(20);
  });

  it('puts the state of the machine down to the segment of its time', () => {
    const stolen = [5, 6, 7].map((t): HostEntry => ({ type: 'host', t, steal: 0.4 }));
    const calm = [2, 3, 4].map((t): HostEntry => ({ type: 'host', t, steal: 0 }));
    const { validity, phases } = run(undefined, [...calm, ...stolen]);
    expect(phases.map((phase) => phase.validity.valid)).toEqual([true, true, false]);
    expect(validity.reasons).toEqual([expect.stringMatching(/^burst: 40 % of the machine/)]);
    expect(validity.generator.steal).toBeCloseTo(0.2, 9);
  });
});
