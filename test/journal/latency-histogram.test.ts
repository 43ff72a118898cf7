import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { BUCKET_COUNT } from '../../src/journal/hdr-index.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';

const QUANTILES = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];
/** Latencies from microseconds to minutes, even over their number of bits. */
const latency = fc.integer({ min: 1, max: 28 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));
const sample = fc.array(latency, { minLength: 1, maxLength: 400 });

const histogramOf = (values: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
};
const seen = (histogram: LatencyHistogram) => ({
  buckets: [...histogram.buckets()],
  count: histogram.count,
  minUs: histogram.minUs,
  maxUs: histogram.maxUs,
  meanUs: histogram.meanUs,
});
/** Nearest rank by sorting everything: what the histogram stands for. Unanswered calls are infinite. */
const exact = (values: readonly number[], unanswered: number, quantile: number): number => {
  const sorted = [...values, ...Array<number>(unanswered).fill(Number.POSITIVE_INFINITY)].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length - 1e-9) - 1)] as number;
};

describe('LatencyHistogram', () => {
  it('has no figure at all when empty, rather than a zero', () => {
    const empty = new LatencyHistogram();
    expect([empty.minUs, empty.maxUs, empty.meanUs, empty.percentile(0.5)]).toEqual([undefined, undefined, undefined, undefined]);
    expect(empty.toInterval()).toBeUndefined();
    expect(empty.percentile(0.5, 3)).toBeNull();
  });

  it('is within 0.1 % above the exact percentile, and null exactly where an unanswered call stands', () => {
    fc.assert(
      fc.property(sample, fc.nat(40), (values, unanswered) => {
        const histogram = histogramOf(values);
        for (const quantile of QUANTILES) {
          const truth = exact(values, unanswered, quantile);
          const read = histogram.percentile(quantile, unanswered);
          if (truth === Number.POSITIVE_INFINITY) expect(read).toBeNull();
          else {
            expect(read).toBeGreaterThanOrEqual(truth);
            expect(read).toBeLessThanOrEqual(truth * 1.001);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps minimum, maximum and mean exact', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const histogram = histogramOf(values);
        expect(histogram.minUs).toBe(Math.min(...values));
        expect(histogram.maxUs).toBe(Math.max(...values));
        expect(histogram.meanUs).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
        expect(histogram.percentile(1)).toBe(Math.max(...values));
      }),
    );
  });

  it('agrees with hdr-histogram-js, which is clamped to the exact maximum here', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const histogram = histogramOf(values);
        const other = build({ highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: 3 });
        for (const value of values) other.recordValue(value);
        for (const quantile of [0.1, 0.5, 0.75, 0.9, 0.99, 1]) {
          const clamped = Math.max(
            Math.min(...values),
            Math.min(Math.max(...values), other.getValueAtPercentile(quantile * 100)),
          );
          expect(histogram.percentile(quantile)).toBe(clamped);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('merges exactly: shards added in any order give the histogram of all', () => {
    fc.assert(
      fc.property(fc.array(fc.array(latency, { maxLength: 60 }), { minLength: 1, maxLength: 6 }), (shards) => {
        const whole = seen(histogramOf(shards.flat()));
        const added = new LatencyHistogram();
        for (const shard of shards) added.add(histogramOf(shard));
        const reversed = new LatencyHistogram();
        for (const shard of [...shards].reverse()) {
          const interval = histogramOf(shard).toInterval();
          if (interval !== undefined) reversed.addInterval(interval);
        }
        expect(seen(added)).toEqual(whole);
        expect(seen(reversed)).toEqual(whole);
      }),
    );
  });

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const histogram = histogramOf(values);
        const back = new LatencyHistogram();
        back.addInterval(JSON.parse(JSON.stringify(histogram.toInterval())));
        expect(seen(back)).toEqual(seen(histogram));
      }),
    );
  });

  it('counts what is above a limit exactly but for the bucket of the limit', () => {
    fc.assert(
      fc.property(sample, latency, (values, limit) => {
        const above = histogramOf(values).countAbove(limit);
        expect(above).toBeLessThanOrEqual(values.filter((value) => value > limit).length);
        expect(above).toBeGreaterThanOrEqual(values.filter((value) => value > limit * 1.001 + 1).length);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, undefined as unknown as number])('refuses %s', (value) => {
    const histogram = histogramOf([5]);
    expect(() => histogram.record(value)).toThrow(RangeError);
    expect(seen(histogram)).toEqual(seen(histogramOf([5])));
  });

  it.each([
    ['a bucket beyond the scheme', [BUCKET_COUNT, 1]],
    ['a negative bucket', [-1, 1]],
    ['a fractional bucket', [1.5, 1]],
    ['a negative count', [3, -1]],
    ['a count that is no number', [3, null]],
    ['half a pair', [3]],
  ])('refuses an interval with %s, and is left as it was', (_, counts) => {
    const histogram = histogramOf([5]);
    expect(() => histogram.addInterval({ counts: counts as number[], minUs: 1, maxUs: 1, sumUs: 1 })).toThrow(RangeError);
    expect(seen(histogram)).toEqual(seen(histogramOf([5])));
  });

  it('holds more than an hour: counted in the last bucket, exact in the maximum', () => {
    const histogram = histogramOf([1, 7_200_000_000]);
    expect(histogram.maxUs).toBe(7_200_000_000);
    expect(histogram.percentile(1)).toBe(7_200_000_000);
    expect(histogram.percentile(0.5)).toBe(1);
  });
});
