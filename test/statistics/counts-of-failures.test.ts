import { describe, expect, it } from 'vitest';
import { fisherUpperTail } from '../../src/statistics/fisher-exact.js';
import { holm } from '../../src/statistics/holm.js';
import { differenceUpperBound } from '../../src/statistics/rate-difference.js';

describe('fisherUpperTail', () => {
  it('gives the chances of the tea tasting', () => {
    // Fisher 1935: 8 cups, 4 of each kind; 3 right of 4: 17/70, all 4 right: 1/70.
    expect(fisherUpperTail({ failed: 1, of: 4 }, { failed: 3, of: 4 })).toBeCloseTo(17 / 70, 10);
    expect(fisherUpperTail({ failed: 0, of: 4 }, { failed: 4, of: 4 })).toBeCloseTo(1 / 70, 10);
  });

  it('agrees with counting every way to draw, for all tables of 5 and 6', () => {
    for (let total = 0; total <= 11; total++) {
      const ways = drawsOf(total);
      for (let b = Math.max(0, total - 5); b <= Math.min(6, total); b++) {
        const atLeast = ways.filter((inB) => inB >= b).length / ways.length;
        expect(fisherUpperTail({ failed: total - b, of: 5 }, { failed: b, of: 6 })).toBeCloseTo(atLeast, 9);
      }
    }
  });

  it('is no surprise without failures, without calls, and stays exact with large counts', () => {
    expect(fisherUpperTail({ failed: 0, of: 1000 }, { failed: 0, of: 1000 })).toBe(1);
    expect(fisherUpperTail({ failed: 0, of: 0 }, { failed: 3, of: 10 })).toBeCloseTo(1, 9);
    // Equal samples: either has all of n failures with a chance of about 2^-n.
    expect(fisherUpperTail({ failed: 0, of: 1e6 }, { failed: 10, of: 1e6 })).toBeCloseTo(2 ** -10, 5);
  });
});

/** Failures that fall into the 6 of the second sample, for every way to choose `total` of 11 calls. */
function drawsOf(total: number): readonly number[] {
  const found: number[] = [];
  for (let mask = 0; mask < 2 ** 11; mask++) {
    const bits = [...mask.toString(2)].filter((bit) => bit === '1').length;
    if (bits === total) found.push([...(mask & 63).toString(2)].filter((bit) => bit === '1').length);
  }
  return found;
}

describe('differenceUpperBound', () => {
  it('agrees with the worked examples of the method', () => {
    // Newcombe 1998, table II: 56/70 - 48/80, method 10: 0.0524 to 0.3339 at 95 % two-sided.
    expect(differenceUpperBound({ failed: 48, of: 80 }, { failed: 56, of: 70 }, 0.975)).toBeCloseTo(0.3339, 4);
    expect(-differenceUpperBound({ failed: 56, of: 70 }, { failed: 48, of: 80 }, 0.975)).toBeCloseTo(0.0524, 4);
    // 9/10 - 3/10: 0.1705 to 0.8090. 0/10 - 0/10: -0.2775 to 0.2775.
    expect(differenceUpperBound({ failed: 3, of: 10 }, { failed: 9, of: 10 }, 0.975)).toBeCloseTo(0.809, 4);
    expect(differenceUpperBound({ failed: 0, of: 10 }, { failed: 0, of: 10 }, 0.975)).toBeCloseTo(0.2775, 4);
  });

  it('bounds nothing without calls', () => {
    expect(differenceUpperBound({ failed: 0, of: 0 }, { failed: 0, of: 10 }, 0.95)).toBe(1);
  });
});

describe('holm', () => {
  it('steps down from the smallest p and stops at the first that is too large', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
    expect(holm([0.02, 0.02], 0.05)).toEqual([true, true]);
    expect(holm([0.03, 0.03], 0.05)).toEqual([false, false]);
    expect(holm([], 0.05)).toEqual([]);
  });

  it('rejects a true hypothesis no more often than alpha, however many there are', () => {
    // p uniform over a grid that the steps of alpha fall between: the share of cells with any rejection is at most alpha.
    let any = 0;
    const grid = Array.from({ length: 30 }, (_, at) => (at + 0.5) / 30);
    for (const a of grid) for (const b of grid) for (const c of grid) if (holm([a, b, c], 0.1).includes(true)) any += 1;
    expect(any / grid.length ** 3).toBeLessThanOrEqual(0.1);
  });
});
