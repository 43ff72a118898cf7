import { describe, expect, it } from 'vitest';
import { slopeApartFromTime } from '../../src/statistics/apart-from-time.js';
import { seeded } from '../analysis/made-journal.js';

const random = seeded(11);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const points = (xs: readonly number[], y: (x: number, t: number) => number) =>
  xs.map((x, i) => ({ x, y: y(x, 10 * i), weight: 1 + (i % 3), t: 100 + 10 * i }));

describe('a slope apart from time', () => {
  const xs = [1, 2, 4, 8, 6, 3, 7, 5];

  it('is the slope of a plane, exactly', () => {
    const [low, high] = slopeApartFromTime(points(xs, (x, t) => 50 + 3 * x + 0.7 * t))!;
    expect(low).toBeCloseTo(3, 9);
    expect(high).toBeCloseTo(3, 9);
  });

  it('is none for what grows with time alone', () => {
    const [low, high] = slopeApartFromTime(points(xs, (_, t) => 50 + 0.7 * t + normal()))!;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it('holds the truth in 95 of 100', () => {
    const tries = 1000;
    let held = 0;
    for (let i = 0; i < tries; i++) {
      const noisy = xs.map((x, at) => ({ x, y: 2 * x - at + normal(), weight: 1, t: at }));
      const [low, high] = slopeApartFromTime(noisy)!;
      if (low <= 2 && 2 <= high) held++;
    }
    expect(held / tries).toBeGreaterThan(0.922);
    expect(held / tries).toBeLessThan(0.978);
  });

  it('is not told where x goes with time, or of too few points', () => {
    expect(slopeApartFromTime(points([1, 2, 3, 4, 5], (x) => x))).toBeUndefined();
    expect(slopeApartFromTime(points([1, 2, 4], (x) => x))).toBeUndefined();
  });
});
