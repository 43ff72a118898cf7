import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countArrivals, partOf, Schedule, type Share, workerShare } from '../../src/load/schedule.js';
import type { Load } from '../../src/scenario/load.js';
import { closed, open, ramp, scenarioOf } from './scenario-of.js';

const arrivals = (load: Load, share: Share = { index: 0, count: 1 }): (readonly [index: number, dueMs: number])[] => {
  const list: (readonly [number, number])[] = [];
  for (const schedule = new Schedule(load, share); schedule.dueMs !== Number.POSITIVE_INFINITY; schedule.advance()) {
    list.push([schedule.index, schedule.dueMs]);
  }
  return list;
};
const { load } = scenarioOf({
  load: { phases: [open('a', 20, 2000), closed('users', 5, 0, 1000), ramp('b', 20, 60, 2000)], arrivals: 'poisson', seed: 9 },
});

describe('Schedule', () => {
  it('goes through the phases in order and leaves room for closed ones', () => {
    const constant: Load = {
      ...load,
      arrivals: 'constant',
      phases: [open('a', 2, 1000), closed('u', 1, 0, 3000), open('b', 4, 500)],
    };
    expect(arrivals(constant)).toEqual([
      [0, 0],
      [1, 500],
      [2, 4000],
      [3, 4250],
    ]);
    expect(countArrivals(constant)).toBe(4);
  });

  it('is the same schedule however many shards and workers share it (property)', () => {
    const whole = arrivals(load);
    expect(whole.length).toBeGreaterThan(80);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), (shards, workers) => {
        const parts: (readonly [number, number])[] = [];
        for (let index = 0; index < shards; index++) {
          for (let worker = 0; worker < workers; worker++) {
            const part = arrivals(load, workerShare({ index, count: shards }, worker, workers));
            expect(part.every(([i]) => i % shards === index)).toBe(true);
            parts.push(...part);
          }
        }
        expect(parts.sort(([a], [b]) => a - b)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('divides slots and users without losing any', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 33 }), (total, count) => {
        const parts = Array.from({ length: count }, (_, index) => partOf(total, { index, count }));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
