import { describe, expect, it } from 'vitest';
import { ratioInterval } from '../../src/statistics/change-interval.js';
import { normalQuantile } from '../../src/statistics/normal-quantile.js';
import { studentTQuantile } from '../../src/statistics/student-t.js';
import { seeded } from '../analysis/made-journal.js';

describe('the interval of a ratio from two intervals', () => {
  it('is the root of the sum of squares where both are symmetrical', () => {
    const around = (value: number, log: number) =>
      ({ value, interval: [value * Math.exp(-log), value * Math.exp(log)] }) as const;
    const [low, high] = ratioInterval(around(100, 0.03), around(110, 0.04)) ?? [0, 0];
    expect(low).toBeCloseTo(1.1 * Math.exp(-0.05), 12);
    expect(high).toBeCloseTo(1.1 * Math.exp(0.05), 12);
  });

  it('takes of each side the arm that makes the change larger or smaller', () => {
    const [low, high] = ratioInterval(
      { value: 1, interval: [1, Math.exp(0.3)] },
      { value: 1, interval: [Math.exp(-0.4), 1] },
    ) ?? [0, 0];
    expect(Math.log(low)).toBeCloseTo(-0.5, 12);
    expect(high).toBeCloseTo(1, 12);
  });

  it('is none without positive bounds', () => {
    const one = { value: 1, interval: [0.5, 2] } as const;
    expect(ratioInterval(one, { value: 1, interval: [0, 2] })).toBeUndefined();
    expect(ratioInterval({ value: 1, interval: [0.5, Number.POSITIVE_INFINITY] }, one)).toBeUndefined();
    expect(ratioInterval({ value: 0, interval: [0.5, 2] }, one)).toBeUndefined();
  });

  it('covers the ratio of two geometric means at least as often as it says, and not much more often', () => {
    const random = seeded(20_261_202);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    const meanOf = (count: number, log: number, sd: number) => {
      const values = Array.from({ length: count }, () => log + sd * normal());
      const mean = values.reduce((sum, x) => sum + x, 0) / count;
      const own = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1) / count);
      const arm = studentTQuantile(0.975, count - 1) * own;
      return { value: Math.exp(mean), interval: [Math.exp(mean - arm), Math.exp(mean + arm)] as const };
    };
    const trials = 10_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [low, high] = ratioInterval(meanOf(8, 0, 0.06), meanOf(12, 0.1, 0.09)) ?? [0, 0];
      if (low <= Math.exp(0.1) && Math.exp(0.1) <= high) covered++;
    }
    const error = Math.sqrt((0.95 * 0.05) / trials);
    expect(covered / trials).toBeGreaterThan(0.95 - 4 * error);
    expect(covered / trials).toBeLessThan(0.975);
  });
});
