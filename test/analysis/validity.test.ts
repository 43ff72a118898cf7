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
const textsOf = (tally: ValidityTally, limitUs = 400_000, givenUp = 0): readonly string[] =>
  tally.causes(limitUs, givenUp).map(({ text }) => text);
const tallied = (values: readonly number[]): ValidityTally => {
  const tally = new ValidityTally();
  tally.addGenerator(latenessOf(values), 0);
  return tally;
};
const host = (figures: Partial<HostEntry>) => {
  const tally = new ValidityTally();
  for (let t = 0; t < 10; t++) tally.addHost({ type: 'host', t, ...figures });
  return textsOf(tally);
};

describe('ValidityTally', () => {
  it('says nothing of lateness up to 1 ms, or of 5 % of the smallest limit where that is more', () => {
    // 2 of 100 starts are late: they stand at p99.
    const starts = [...Array<number>(98).fill(50), 1_500, 1_500];
    expect(textsOf(tallied(starts), 10_000)).toEqual(['starts were 1.50 ms late at p99']);
    expect(textsOf(tallied(starts), 40_000)).toEqual([]);
    expect(textsOf(tallied(starts.map((value) => (value === 1_500 ? 20_500 : value))))).toEqual([
      'starts were 20.5 ms late at p99',
    ]);
  });

  it('is not put off by a single late start in a hundred and one', () => {
    expect(textsOf(tallied([...Array<number>(100).fill(10), 900_000]))).toEqual([]);
  });

  it('tells of one start given up by the generator', () => {
    expect(textsOf(tallied([10]), 400_000, 1)).toEqual(['1 start was given up because the load generator was late']);
    expect(textsOf(tallied([10]))).toEqual([]);
  });

  it('looks at each load thread by itself: a full one does not hide among idle ones', () => {
    const tally = new ValidityTally();
    for (let t = 0; t < 10; t++)
      for (let worker = 0; worker < 4; worker++) tally.addGenerator({ cpuS: worker === 2 ? 0.99 : 0.1 }, worker);
    expect(textsOf(tally)).toEqual([expect.stringContaining('99 % of a core')]);
    const busyOnce = new ValidityTally();
    for (let t = 0; t < 10; t++) busyOnce.addGenerator({ cpuS: t === 0 ? 1 : 0.5 }, 0);
    expect(textsOf(busyOnce)).toEqual([]);
  });

  it.each([
    ['steal', { steal: 0.12 }, '12 % of the machine'],
    ['throttling', { throttledS: 0.3 }, 'throttled it 30 % of the time'],
    ['a machine without idle time', { busy: 0.995 }, 'CPU was 99.5 % busy'],
  ])('tells %s with its figure', (_, figures, said) => {
    expect(host(figures)).toEqual([expect.stringContaining(said)]);
  });

  it('names who used the cores of a busy machine', () => {
    const tally = new ValidityTally();
    tally.addHost({ type: 'host', t: 0, busy: 1, generatorCores: 0.12 });
    tally.addProcess({ type: 'process', t: 1, pid: 7, cpuCores: 1.8 });
    expect(textsOf(tally)).toEqual([
      "this machine's CPU was 100 % busy: plimsoll used 0.12 cores, the server under test used 1.80 cores",
    ]);
  });

  it('says nothing of what is within its bounds, and never anything of the event loop', () => {
    expect(host({ steal: 0.049, throttledS: 0.049, busy: 0.97, generatorCores: 0.3 })).toEqual([]);
    const tally = new ValidityTally();
    tally.addHost({ type: 'host', t: 0, steal: 0.02, generatorCores: 0.3 });
    tally.addGenerator({ eventLoopUtilisation: 1, cpuS: VALIDITY_LIMITS.threadCores - 0.01 }, 0);
    expect(textsOf(tally)).toEqual([]);
    expect(tally.figures()).toEqual({ steal: 0.02, generatorCores: 0.3 });
    expect(tally.eventLoopUtilisation).toBe(1);
  });
});

describe('validity of a run', () => {
  const timeline = timelineOf([
    { name: 'warm-up', kind: 'warm-up', forS: 2 },
    { name: 'steady', kind: 'steady', forS: 3 },
    { name: 'burst', kind: 'burst', forS: 3 },
  ]);
  /** Starts of one segment are 30 ms late; a call takes `serviceMs` from its start on. */
  const run = (lateIn: number | undefined, extra: readonly JournalEntry[] = [], serviceMs = 0.9) => {
    const calls = Array.from({ length: 800 }, (_, i): MadeCall => {
      const dueS = i / 100;
      const segment = dueS < 2 ? 0 : dueS < 5 ? 1 : 2;
      return {
        tool: 't',
        endpoint: 'a',
        segment,
        dueS,
        latenessUs: segment === lateIn ? 30_000 : 20,
        serviceUs: serviceMs * 1000,
        outcome: 'ok',
      };
    });
    return analyse([...journalOf(startEntry(timeline), calls), ...extra, { type: 'end', t: 9, reason: 'completed' }]).result;
  };

  it('is in doubt for the segment whose calls are above a limit by no more than its starts were late', () => {
    // 380 ms and 30 ms late: above the limit of 400 ms, and below it without the lateness.
    const { validity, phases } = run(2, [], 380);
    expect(validity).toMatchObject({
      valid: false,
      reasons: ['starts were 30.0 ms late at p99 during burst'],
      disturbed: { seconds: 3, of: 6, causes: ['starts were 30.0 ms late at p99 during burst'], view: 'unknown' },
    });
    expect(phases.map((phase) => phase.validity.valid)).toEqual([true, true, false]);
    expect(phases[2]?.validity).toMatchObject({ reasons: ['starts were 30.0 ms late at p99'], disturbed: { seconds: 3, of: 3 } });
  });

  it('is no matter of lateness alone: not where the limit is met all the same, nor where it is missed by more', () => {
    for (const serviceMs of [0.9, 420]) {
      const { validity, phases } = run(2, [], serviceMs);
      expect(validity).toMatchObject({ valid: true, reasons: [], disturbed: { seconds: 3 } });
      expect(phases[2]?.validity).toMatchObject({ valid: true, reasons: [] });
    }
  });

  it('does not fall with its warm-up', () => {
    const { validity, phases } = run(0, [], 380);
    expect(validity).toMatchObject({ valid: true, reasons: [], disturbed: { seconds: 0, of: 6 } });
    expect(phases[0]?.validity.valid).toBe(false);
    // The whole run's lateness leaves the warm-up out as well.
    expect(validity.generator.latenessUs?.max).toBe(20);
  });

  it('tells the state of the machine by the segments of its time, each cause once, with its largest figure', () => {
    const stolen = [5, 6, 7].map((t): HostEntry => ({ type: 'host', t, steal: 0.4 }));
    const fewer = [2, 3, 4].map((t): HostEntry => ({ type: 'host', t, steal: 0.1 }));
    const { validity, phases } = run(undefined, [...fewer, ...stolen]);
    expect(validity).toMatchObject({ valid: true, reasons: [] });
    expect(validity.disturbed.causes).toEqual([
      "40 % of the machine's CPU time was stolen by its hypervisor during steady, burst",
    ]);
    expect(phases[1]?.validity.disturbed?.causes).toEqual(["10 % of the machine's CPU time was stolen by its hypervisor"]);
    expect(validity.generator.steal).toBeCloseTo(0.25, 9);
  });
});
