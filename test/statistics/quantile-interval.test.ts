import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { minimumSamples } from '../../src/statistics/minimum-samples.js';
import { quantileInterval } from '../../src/statistics/quantile-interval.js';
import { seeded } from '../analysis/made-journal.js';

/** Computed with another program (exact binomial tails). */
const { vectors } = JSON.parse(readFileSync(join(import.meta.dirname, 'quantile-interval-vectors.json'), 'utf8')) as {
  readonly vectors: readonly (readonly [n: number, q: number, low: number | null, high: number | null])[];
};

describe('quantileInterval', () => {
  it.each(vectors)('of %d calls at %d is ranks %s to %s', (n, q, low, high) => {
    expect(quantileInterval(n, q)).toEqual({ low, high: high ?? undefined });
  });

  it.each([0.9, 0.95, 0.99])('has an upper end at one-sided 95 %% from the number of calls that a verdict on %d needs', (q) => {
    // level 0.9 leaves 5 % on each side.
    expect(quantileInterval(minimumSamples(q), q, 0.9)?.high).toBe(minimumSamples(q));
    expect(quantileInterval(minimumSamples(q) - 1, q, 0.9)?.high).toBeUndefined();
  });

  it('covers the true quantile as often as it says', () => {
    const random = seeded(11);
    const [n, q, trials] = [200, 0.9, 2000];
    const ranks = quantileInterval(n, q);
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const sorted = Array.from({ length: n }, random).sort((a, b) => a - b);
      const at = (rank: number | undefined): number => (rank === undefined ? 1 : (sorted[rank - 1] as number));
      // Uniform on 0..1: the true quantile is q itself.
      if (at(ranks?.low) <= q && q <= at(ranks?.high)) covered++;
    }
    // Exact coverage is at least 95 %; 2,000 trials read it within 1.5 points.
    expect(covered / trials).toBeGreaterThan(0.94);
    expect(covered / trials).toBeLessThan(0.985);
  });

  it('is quick for millions of calls', () => {
    const interval = quantileInterval(40_000_000, 0.99);
    // Normal approximation: n q +- 1.96 sqrt(n q (1 - q)).
    expect(interval?.low).toBeCloseTo(39_600_000 - 1.96 * Math.sqrt(396_000), -2);
    expect(interval?.high).toBeCloseTo(39_600_000 + 1.96 * Math.sqrt(396_000), -2);
  });
});
