import { describe, expect, it } from 'vitest';
import { shareUpperBound } from '../../src/statistics/share-bound.js';

/** P(Bin(n, p) <= k) by its own sum. */
function binomialBelow(k: number, n: number, p: number): number {
  let mass = (1 - p) ** n;
  let sum = mass;
  for (let i = 0; i < k; i++) {
    mass *= ((n - i) / (i + 1)) * (p / (1 - p));
    sum += mass;
  }
  return sum;
}

describe('the upper bound of a share', () => {
  it.each([100, 3900, 1_000_000])('of no failure in %d calls is 1 - 0.05^(1/n)', (of) => {
    const exact = -Math.expm1(Math.log(0.05) / of);
    expect(shareUpperBound({ failed: 0, of }, 0.95) / exact).toBeCloseTo(1, 9);
  });

  it('of all but one failing is the share whose n-th power is 95 %', () => {
    expect(shareUpperBound({ failed: 4, of: 5 }, 0.95)).toBeCloseTo(0.95 ** (1 / 5), 12);
  });

  it.each([
    [1, 20, 0.95],
    [10, 1000, 0.95],
    [3, 40, 0.99],
    [150, 510, 0.95],
  ])('of %d in %d at %d is where so few have the chance that is left', (failed, of, level) => {
    expect(binomialBelow(failed, of, shareUpperBound({ failed, of }, level))).toBeCloseTo(1 - level, 9);
  });

  it('is 1 where all failed or nothing was called', () => {
    expect(shareUpperBound({ failed: 7, of: 7 }, 0.95)).toBe(1);
    expect(shareUpperBound({ failed: 0, of: 0 }, 0.95)).toBe(1);
  });

  it('covers the true share in 95 % of samples or more, by the binomial law', () => {
    const [n, p] = [400, 0.01];
    let covered = 0;
    for (let k = 0; k <= 40; k++) {
      const mass = binomialBelow(k, n, p) - (k === 0 ? 0 : binomialBelow(k - 1, n, p));
      if (shareUpperBound({ failed: k, of: n }, 0.95) >= p) covered += mass;
    }
    expect(covered).toBeGreaterThanOrEqual(0.95);
    expect(covered).toBeLessThan(0.99);
  });
});
