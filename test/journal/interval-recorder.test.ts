import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntervalRecorder } from '../../src/journal/interval-recorder.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';

const latency = fc.integer({ min: 1, max: 32 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));

describe('IntervalRecorder', () => {
  it('hands over, second by second, what a histogram of all would hold', () => {
    fc.assert(
      fc.property(fc.array(fc.array(latency, { maxLength: 300 }), { maxLength: 5 }), (seconds) => {
        const recorder = new IntervalRecorder();
        const added = new LatencyHistogram();
        const truth = new LatencyHistogram();
        for (const second of seconds) {
          for (const value of second) {
            recorder.record(value);
            truth.record(value);
          }
          const interval = recorder.take();
          expect(interval === undefined).toBe(second.length === 0);
          if (interval === undefined) continue;
          expect(interval.minUs).toBe(Math.min(...second));
          expect(interval.maxUs).toBe(Math.max(...second));
          expect(interval.sumUs).toBe(second.reduce((a, b) => a + b, 0));
          added.addInterval(interval);
        }
        expect([...added.buckets()]).toEqual([...truth.buckets()]);
        expect(added.count).toBe(seconds.flat().length);
      }),
    );
  });

  it('rounds the fractions of a clock, and takes a clock that ran backwards as no time', () => {
    const recorder = new IntervalRecorder();
    for (const value of [1.4, 1.6, -3, Number.NaN]) recorder.record(value);
    expect(recorder.take()).toEqual({ counts: [0, 2, 1, 1, 1, 1], minUs: 0, maxUs: 2, sumUs: 3 });
    expect(recorder.take()).toBeUndefined();
  });
});
