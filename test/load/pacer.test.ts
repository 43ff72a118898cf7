import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer, timeOfArrivals } from '../../src/load/pacer.js';
import type { OpenPhase } from '../../src/scenario/load.js';
import { meanArrivals } from '../../src/scenario/plan/arrival-rate.js';
import { open, ramp } from './scenario-of.js';

const all = (phase: OpenPhase, arrivals: 'constant' | 'poisson', seed = 1, index = 0): number[] => {
  const pacer = new Pacer(phase, index, { seed, arrivals });
  const times: number[] = [];
  for (let t = pacer.next(); t !== undefined; t = pacer.next()) times.push(t);
  return times;
};
const constant = (rate: number, forMs: number) => open('p', rate, forMs) as OpenPhase;
const climbing = (from: number, to: number, forMs: number) => ramp('p', from, to, forMs) as OpenPhase;
const anyPhase = fc
  .record({
    from: fc.double({ min: 0.1, max: 500, noNaN: true }),
    to: fc.double({ min: 0.1, max: 500, noNaN: true }),
    s: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ from, to, s }) => climbing(from, to, s * 1000));

/** Largest distance between the samples' distribution and a law (Kolmogorov); `sorted` in rising order. */
const kolmogorov = (sorted: readonly number[], law: (x: number) => number): number =>
  sorted.reduce(
    (most, x, i) => Math.max(most, Math.abs(law(x) - i / sorted.length), Math.abs(law(x) - (i + 1) / sorted.length)),
    0,
  );

describe('Pacer, constant arrivals', () => {
  it('has rate x time arrivals, the first at once and the rest evenly spaced', () => {
    expect(all(constant(4, 1000), 'constant')).toEqual([0, 0.25, 0.5, 0.75]);
    expect(all(constant(50, 10_000), 'constant')).toHaveLength(500);
    // 0.1/s x 30 s is 3.0000000000000004 in floating point; it is 3.
    expect(all(constant(0.1, 30_000), 'constant')).toHaveLength(3);
    expect(all(constant(2.5, 1000), 'constant')).toEqual([0, 0.4, 0.8]);
  });

  it('inverts the integral of a ramp', () => {
    fc.assert(
      fc.property(anyPhase, fc.double({ min: 0, max: 1, noNaN: true }), (phase, share) => {
        const n = share * meanArrivals(phase);
        const t = timeOfArrivals(phase, n);
        const T = phase.forMs / 1000;
        const integral = phase.fromPerS * t + ((phase.toPerS - phase.fromPerS) * t * t) / (2 * T);
        expect(integral).toBeCloseTo(n, 6);
        expect(t).toBeGreaterThanOrEqual(0);
        expect(t).toBeLessThanOrEqual(T * (1 + 1e-9));
      }),
    );
  });

  it('has exactly the integral of the rate, in order and within the phase (property)', () => {
    fc.assert(
      fc.property(anyPhase, (phase) => {
        const times = all(phase, 'constant');
        expect(times).toHaveLength(Math.ceil(meanArrivals(phase) - 1e-6));
        times.forEach((t, i) => {
          expect(t).toBeGreaterThanOrEqual(times[i - 1] ?? 0);
          expect(t).toBeLessThan(phase.forMs / 1000);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('starts a ramp from nothing, and ends one at nothing', () => {
    expect(all(climbing(0, 10, 10_000), 'constant')).toHaveLength(50);
    expect(all(climbing(10, 0, 10_000), 'constant')).toHaveLength(50);
    expect(all(climbing(0, 10, 10_000), 'constant')[8]).toBeCloseTo(4, 9);
  });
});

describe('Pacer, Poisson arrivals', () => {
  it('has exponential gaps: mean, variance and distribution', () => {
    const times = all(constant(100, 600_000), 'poisson', 7);
    const gaps = times.map((t, i) => t - (times[i - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // 60,000 gaps: the mean's standard error is 0.4 %, the variance's 1.2 %.
    expect(Math.abs(mean * 100 - 1)).toBeLessThan(0.016);
    expect(Math.abs(variance * 10_000 - 1)).toBeLessThan(0.05);
    // Kolmogorov-Smirnov at 0.1 %: 1.95 / sqrt(n).
    const sorted = [...gaps].sort((a, b) => a - b);
    expect(kolmogorov(sorted, (x) => 1 - Math.exp(-100 * x))).toBeLessThan(1.95 / Math.sqrt(gaps.length));
    // Neighbours are independent: lag-1 correlation within 4 standard errors of 0.
    const lag =
      gaps.slice(1).reduce((sum, gap, i) => sum + (gap - mean) * ((gaps[i] as number) - mean), 0) / (gaps.length * variance);
    expect(Math.abs(lag)).toBeLessThan(4 / Math.sqrt(gaps.length));
  });

  it('counts as the law says: variance of the count equals its mean', () => {
    const counts = Array.from({ length: 600 }, (_, seed) => all(constant(50, 2000), 'poisson', seed).length);
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - 100)).toBeLessThan((4 * 10) / Math.sqrt(600));
    // The ratio's standard error is sqrt(2 / 599) = 5.8 %.
    expect(Math.abs(variance / 100 - 1)).toBeLessThan(0.24);
  });

  it('follows a ramp: given their number, arrivals are spread as its rate (KS)', () => {
    const phase = climbing(20, 180, 100_000);
    const times = all(phase, 'poisson', 3);
    const integral = (t: number): number => (20 * t + (160 * t * t) / 200) / meanArrivals(phase);
    expect(Math.abs(times.length - 10_000)).toBeLessThan(400);
    expect(kolmogorov(times, integral)).toBeLessThan(1.95 / Math.sqrt(times.length));
  });

  it('is the same for the same seed, and another for another seed or phase', () => {
    expect(all(constant(10, 5000), 'poisson', 5)).toEqual(all(constant(10, 5000), 'poisson', 5));
    expect(all(constant(10, 5000), 'poisson', 5)).not.toEqual(all(constant(10, 5000), 'poisson', 6));
    expect(all(constant(10, 5000), 'poisson', 5, 0)).not.toEqual(all(constant(10, 5000), 'poisson', 5, 1));
  });
});
