import { describe, expect, it } from 'vitest';
import type { Trial } from '../../src/capacity/capacity-figures.js';
import { fitLine } from '../../src/capacity/linear-regression.js';
import { resourcesOf } from '../../src/capacity/resource-regression.js';

const trial = (achievedRate: number, more: Partial<Trial> = {}): Trial => ({
  under: 'none',
  purpose: 'bisect',
  offeredRate: achievedRate,
  achievedRate,
  durationS: 10,
  startS: 0,
  outcome: 'pass',
  reason: '',
  due: achievedRate * 10,
  over: 0,
  condition: 'p95 <= 400 ms',
  ...more,
});
const MiB = 2 ** 20;
const wobble = [0.4, -0.7, 0.6, -0.2, 0.5, -0.6] as const;

describe('line', () => {
  it('has slope, intercept and t intervals of a textbook fit', () => {
    // x 1..5: slope 0.6, intercept 2.2, s^2 0.8, Sxx 10; t(0.975, 3) 3.182446.
    const line = fitLine([2, 4, 5, 4, 5].map((y, i) => ({ x: i + 1, y, weight: 1 })))!;
    expect(line.slope).toBeCloseTo(0.6, 12);
    expect(line.intercept).toBeCloseTo(2.2, 12);
    expect(line.slopeInterval[1] - line.slope).toBeCloseTo(3.1824463 * Math.sqrt(0.8 / 10), 6);
    expect(line.intercept - line.interceptInterval[0]).toBeCloseTo(3.1824463 * Math.sqrt(0.8 * (1 / 5 + 9 / 10)), 6);
  });

  it('weighs points, and refuses too few or one x', () => {
    const points = [0, 1, 2, 9].map((x) => ({ x, y: x === 9 ? 100 : 2 * x, weight: x === 9 ? 1e-9 : 1 }));
    expect(fitLine(points)?.slope).toBeCloseTo(2, 3);
    expect(fitLine(points.slice(0, 2))).toBeUndefined();
    expect(fitLine([1, 2, 3].map((y) => ({ x: 5, y, weight: 1 })))).toBeUndefined();
  });
});

describe('resources', () => {
  it('reads CPU of a call and idle CPU, memory of a call and of an instance, with intervals that hold the truth', () => {
    const trials = [10, 20, 40, 80, 120, 160].map((rate, i) =>
      trial(rate, {
        cpuCores: 0.05 + 0.005 * rate + 0.004 * wobble[i]!,
        meanInFlight: rate * 0.1,
        rssBytes: (180 + 2 * rate * 0.1 + 0.3 * wobble[i]!) * MiB,
      }),
    );
    const sessions = [0, 100, 200, 400].map((count, i) => ({
      sessions: count,
      rssBytes: (190 + 0.25 * count + wobble[i]!) * MiB,
    }));
    const found = resourcesOf(trials, 1, sessions);
    expect(found.cpuPerCallS).toBeCloseTo(0.005, 4);
    expect(found.idleCores).toBeCloseTo(0.05, 1);
    expect(found.baseBytes! / MiB).toBeCloseTo(180, 0);
    expect(found.callBytes! / MiB).toBeCloseTo(2, 1);
    expect(found.sessionBytes! / MiB).toBeCloseTo(0.25, 1);
    const truth = { cpuPerCallS: 0.005, idleCores: 0.05, baseBytes: 180 * MiB, callBytes: 2 * MiB, sessionBytes: 0.25 * MiB };
    for (const [name, value] of Object.entries(truth)) {
      const [low, high] = found.intervals![name as keyof typeof truth] as readonly [number, number];
      expect(low < value && value < high, name).toBe(true);
    }
  });

  it('takes only healthy trials that passed', () => {
    const good = [10, 20, 40, 80].map((rate) => trial(rate, { cpuCores: 0.01 * rate + 0.1 + (rate === 20 ? 1e-4 : 0) }));
    const bad = [
      trial(100, { cpuCores: 9, outcome: 'fail' }),
      trial(100, { cpuCores: 9, outcome: 'invalid' }),
      trial(5, { cpuCores: 9, purpose: 'warm-up' }),
      trial(50, { cpuCores: 9, under: 'slow-dependency@db' }),
    ];
    expect(resourcesOf([...good, ...bad], 1).cpuPerCallS).toBeCloseTo(0.01, 4);
  });

  it('shares the rate between the measured instances and says so', () => {
    const trials = [10, 20, 40, 80].map((rate, i) => trial(rate, { cpuCores: 0.1 + 0.005 * rate + 1e-4 * wobble[i]! }));
    const found = resourcesOf(trials, 2);
    expect(found.cpuPerCallS).toBeCloseTo(0.01, 4);
    expect(found.remarks.join()).toContain('one of 2 equal instances');
  });

  it('leaves absent what cannot be told, and says why', () => {
    expect(resourcesOf([], 1)).toEqual({ remarks: ['CPU per call could not be read', 'memory could not be read'] });
    const close = [100, 105, 110, 120].map((rate, i) => trial(rate, { cpuCores: 1 + 0.01 * wobble[i]! }));
    expect(resourcesOf(close, 1).remarks.join()).toContain('lie too close together');
    expect(resourcesOf([trial(10, { cpuCores: 1 }), trial(40, { cpuCores: 2 })], 1).remarks.join()).toContain('4 are needed');
    const flat = [10, 20, 40, 80].map((rate, i) => trial(rate, { cpuCores: 1 + 0.5 * wobble[i]! }));
    const found = resourcesOf(flat, 1);
    expect(found.cpuPerCallS).toBeUndefined();
    expect(found.remarks.join()).toMatch(/CPU per call: (its interval holds 0|CPU does not rise)/);
  });

  it('takes the largest reading for the base where memory does not rise with calls in flight', () => {
    const trials = [10, 20, 40, 80].map((rate, i) =>
      trial(rate, { meanInFlight: rate / 10, rssBytes: (200 + 5 * wobble[i]!) * MiB }),
    );
    const found = resourcesOf(trials, 1);
    expect(found.baseBytes).toBe((200 + 5 * 0.6) * MiB);
    expect(found.callBytes).toBeUndefined();
    expect(found.remarks.join()).toContain('the base is the largest reading');
  });

  it('lays the line through the origin rather than claim less than no CPU', () => {
    const trials = [10, 20, 40, 80].map((rate, i) => trial(rate, { cpuCores: 0.01 * rate - 0.02 + 0.001 * wobble[i]! }));
    const found = resourcesOf(trials, 1);
    expect(found.idleCores).toBe(0);
    expect(found.cpuPerCallS).toBeLessThan(0.01);
    expect(found.remarks.join()).toContain('through the origin');
  });
});
