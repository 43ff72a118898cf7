import { describe, expect, it } from 'vitest';
import { nextDoubling, sweepLevels, sweepOrder } from '../../../src/run/capacity/closed-sweep.js';

describe('levels of the closed sweep', () => {
  it('are at least eight whole numbers from 1 to the top, at least up to 8, evenly spaced in their logarithm', () => {
    for (const largest of [1, 2, 5, 8, 9, 12, 16, 40, 100, 1000]) {
      const levels = sweepLevels(largest);
      expect(levels.length).toBeGreaterThanOrEqual(8);
      expect(levels[0]).toBe(1);
      expect(levels.at(-1)).toBe(Math.max(8, largest));
      expect(new Set(levels).size).toBe(levels.length);
    }
    expect(sweepLevels(128)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  });

  it('are each measured three times, in an order of chance that the seed repeats', () => {
    const levels = sweepLevels(64);
    const order = sweepOrder(levels, 7);
    expect([...order].sort((a, b) => a - b)).toEqual(levels.flatMap((level) => [level, level, level]));
    expect(order).not.toEqual([...levels, ...levels, ...levels]);
    expect(sweepOrder(levels, 7)).toEqual(order);
    expect(sweepOrder(levels, 8)).not.toEqual(order);
  });

  it('are looked for by doubling until throughput has not risen for two doublings, or no slots are left', () => {
    const walk = (rateOf: (callers: number) => number, atMost = 10_000): number[] => {
      const looks: { callers: number; rate: number }[] = [];
      for (let next = nextDoubling(looks, atMost); next !== undefined; next = nextDoubling(looks, atMost)) {
        looks.push({ callers: next, rate: rateOf(next) });
      }
      return looks.map(({ callers }) => callers);
    };
    expect(walk((n) => 50 * Math.min(4, n))).toEqual([1, 2, 4, 8, 16]);
    expect(walk(() => 50)).toEqual([1, 2, 4]);
    expect(walk((n) => n, 100)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });
});
