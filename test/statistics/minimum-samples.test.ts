import { describe, expect, it } from 'vitest';
import { allowedAbove, minimumSamples } from '../../src/statistics/minimum-samples.js';

/** P(at most k of n calls above) when each is above with probability p: the binomial law itself, summed. */
function binomialAtMost(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return sum;
}

describe('minimumSamples', () => {
  it.each([
    [0.5, 5],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2995],
    [1, 299],
  ])('asks for the published number of calls for %d', (quantile, calls) => {
    expect(minimumSamples(quantile)).toBe(calls);
  });

  it.each([0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999])(
    'is the least at which a lucky sample of a bad %d is below 5 %%',
    (quantile) => {
      const n = minimumSamples(quantile);
      expect(quantile ** n).toBeLessThanOrEqual(0.05);
      expect(quantile ** (n - 1)).toBeGreaterThan(0.05);
    },
  );
});

describe('allowedAbove', () => {
  it.each([
    [0.95, 100, 5],
    [0.95, 99, 4],
    [0.95, 119, 5],
    [0.99, 299, 2],
    [0.9, 30, 3],
    [0.7, 10, 3],
    [1, 1000, 0],
    [0.999, 3000, 3],
  ])('at %d of %d calls lets %d lie above', (quantile, samples, allowed) => {
    expect(allowedAbove(quantile, samples)).toBe(allowed);
  });

  it('is nearest rank: the quantile meets the limit exactly when no more than that many lie above it', () => {
    for (const percent of [50, 75, 90, 95, 99]) {
      for (let n = 1; n <= 400; n++) {
        const rank = Math.ceil((percent * n) / 100);
        expect(allowedAbove(percent / 100, n)).toBe(n - rank);
      }
    }
  });

  it('fails a server that meets its limit exactly less than half of the time, and one at twice its allowance nearly always', () => {
    const n = 2000;
    const allowed = allowedAbove(0.95, n);
    expect(1 - binomialAtMost(allowed, n, 0.05)).toBeLessThan(0.5);
    expect(1 - binomialAtMost(allowed, n, 0.1)).toBeGreaterThan(0.9999);
  });
});
