import { describe, expect, it } from 'vitest';
import { resourcesOf } from '../../src/capacity/search/resource-figures.js';
import { fitLine } from '../../src/statistics/linear-regression.js';
import { simpleTrial } from '../capacity/made-trial.js';

describe('line', () => {
  it('has slope, intercept and t intervals of a textbook fit', () => {
    // x 1..5: slope 0.6, intercept 2.2, s^2 0.8, Sxx 10; t(0.975, 3) 3.182446.
    const line = fitLine([2, 4, 5, 4, 5].map((y, i) => ({ x: i + 1, y, weight: 1 })))!;
    expect(line.slope).toBeCloseTo(0.6, 12);
    expect(line.intercept).toBeCloseTo(2.2, 12);
    expect(line.slopeInterval[1] - line.slope).toBeCloseTo(3.1824463 * Math.sqrt(0.8 / 10), 6);
    expect(line.intercept - line.interceptInterval[0]).toBeCloseTo(3.1824463 * Math.sqrt(0.8 * (1 / 5 + 9 / 10)), 6);
  });

  it('gives the intervals of CPU and memory of a call with them', () => {
    const wobble = [1, -1, 1, -1, 0];
    const trials = [20, 40, 80, 120, 160].map((rate, i) =>
      simpleTrial(rate, 0, {
        server: { cpuCores: 0.1 + 0.004 * rate + 0.003 * wobble[i]!, rssBytes: 8e7 + 4e4 * rate + 1e4 * wobble[i]! },
      }),
    );
    const { cpuPerCallS, callBytes, intervals } = resourcesOf(trials, 1)!;
    // Two calls in flight for each 100 calls/s.
    expect(callBytes).toBeCloseTo(2e6, -5);
    for (const [truth, [low, high]] of [
      [0.004, intervals!.cpuPerCallS!],
      [0.1, intervals!.idleCores!],
      [8e7, intervals!.baseBytes!],
      [2e6, intervals!.callBytes!],
    ] as const) {
      expect(low < truth && truth < high, `${truth} in ${low} to ${high}`).toBe(true);
    }
    expect(intervals!.cpuPerCallS![0]).toBeGreaterThan(0.9 * cpuPerCallS!);
  });

  it('weighs points, and refuses too few or one x', () => {
    const points = [0, 1, 2, 9].map((x) => ({ x, y: x === 9 ? 100 : 2 * x, weight: x === 9 ? 1e-9 : 1 }));
    expect(fitLine(points)?.slope).toBeCloseTo(2, 3);
    expect(fitLine(points.slice(0, 2))).toBeUndefined();
    expect(fitLine([1, 2, 3].map((y) => ({ x: 5, y, weight: 1 })))).toBeUndefined();
  });
});
