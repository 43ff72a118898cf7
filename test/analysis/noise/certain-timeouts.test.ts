import { describe, expect, it } from 'vitest';
import { certainTimeouts } from '../../../src/analysis/noise/certain-timeouts.js';
import { LatencyHistogram } from '../../../src/journal/latency-histogram.js';
import { seeded } from '../made-journal.js';

const TIMEOUT_US = 1_000_000;
const certainOf = (shiftsMs: readonly number[], successes: LatencyHistogram): number =>
  certainTimeouts(
    shiftsMs.map((ms) => ms * 1000),
    TIMEOUT_US,
    successes,
  );

const around = (ms: number, calls: number): LatencyHistogram => {
  const successes = new LatencyHistogram();
  for (let i = 0; i < calls; i++) successes.record(ms * 1000 + i);
  return successes;
};

describe('timeouts that are certain', () => {
  it('are all of a server that hangs, whatever the machine did, up to what the median is away from the time limit', () => {
    expect(certainOf([0, 0, 0], around(50, 1000))).toBe(3);
    // That two out of none have been shifted over the limit cannot be ruled out, but not more.
    expect(certainOf([...Array.from({ length: 20 }, () => 30), 960], around(50, 1000))).toBeGreaterThanOrEqual(18);
  });

  it('are none where as many calls end just before the limit', () => {
    const successes = around(50, 1000);
    for (let i = 0; i < 100; i++) successes.record(700_000 + 3000 * i);
    expect(certainOf([300, 300, 300, 300], successes)).toBe(0);
    // With no shift to speak of nothing was pushed over the limit.
    expect(certainOf([0, 0, 0, 0], successes)).toBe(4);
  });

  it('are taken by half of the time where nothing succeeded', () => {
    expect(certainOf([1, 2, 3, 4, 600], new LatencyHistogram())).toBe(4);
    expect(certainOf([], new LatencyHistogram())).toBe(0);
  });

  it('are never more than would have timed out undisturbed: exponential times with a known tail, all shifted', () => {
    const random = seeded(11);
    for (let run = 0; run < 200; run++) {
      const meanMs = 200 + 200 * random();
      const shiftMs = 10 + 90 * random();
      const successes = new LatencyHistogram();
      let truly = 0;
      let timedOut = 0;
      for (let i = 0; i < 2000; i++) {
        const ownMs = -meanMs * Math.log(1 - random());
        if (ownMs > 1000) truly++;
        if (ownMs + shiftMs > 1000) timedOut++;
        else successes.record(Math.round(1000 * (ownMs + shiftMs)));
      }
      expect(certainOf([...Array.from({ length: timedOut }, () => shiftMs)], successes)).toBeLessThanOrEqual(truly);
    }
  });
});
