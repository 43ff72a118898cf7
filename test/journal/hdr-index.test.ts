import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { BUCKET_COUNT, HIGHEST_TRACKABLE_US, highestEquivalent, indexOf, lowestEquivalent } from '../../src/journal/hdr-index.js';

/** The reference implementation, with the settings of the design: lowest 1 us, highest one hour, 3 digits. */
const reference = build({
  bitBucketSize: 32,
  autoResize: false,
  lowestDiscernibleValue: 1,
  highestTrackableValue: HIGHEST_TRACKABLE_US,
  numberOfSignificantValueDigits: 3,
  useWebAssembly: false,
}) as unknown as {
  countsArrayIndex(value: number): number;
  lowestEquivalentValue(value: number): number;
  highestEquivalentValue(value: number): number;
};

const edges = [
  0,
  1,
  2,
  1023,
  1024,
  2047,
  2048,
  2049,
  4095,
  4096,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  HIGHEST_TRACKABLE_US,
];

describe('HDR bucket scheme', () => {
  it.each(edges)('agrees with hdr-histogram-js at %d', (value) => {
    expect(indexOf(value)).toBe(reference.countsArrayIndex(value));
    expect(lowestEquivalent(indexOf(value))).toBe(reference.lowestEquivalentValue(value));
    expect(highestEquivalent(indexOf(value))).toBe(reference.highestEquivalentValue(value));
  });

  it('agrees with hdr-histogram-js for values of every size up to an hour', () => {
    const anySize = fc
      .integer({ min: 0, max: 32 })
      .chain((bits) => fc.integer({ min: 0, max: Math.min(2 ** bits, HIGHEST_TRACKABLE_US) }));
    fc.assert(
      fc.property(anySize, (value) => {
        const index = indexOf(value);
        expect(index).toBe(reference.countsArrayIndex(value));
        expect(lowestEquivalent(index)).toBe(reference.lowestEquivalentValue(value));
        expect(highestEquivalent(index)).toBe(reference.highestEquivalentValue(value));
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves no gap and no overlap between buckets, each at most 0.1 % wide', () => {
    expect(lowestEquivalent(0)).toBe(0);
    for (let index = 0; index < BUCKET_COUNT; index++) {
      const low = lowestEquivalent(index);
      const high = highestEquivalent(index);
      expect(indexOf(low)).toBe(index);
      if (index + 1 < BUCKET_COUNT) {
        expect(indexOf(high)).toBe(index);
        expect(lowestEquivalent(index + 1)).toBe(high + 1);
      }
      expect(high - low).toBeLessThanOrEqual(low / 1000);
    }
  });

  it('counts what is longer than an hour in the last bucket', () => {
    expect(indexOf(HIGHEST_TRACKABLE_US + 1)).toBe(BUCKET_COUNT - 1);
    expect(indexOf(1e12)).toBe(BUCKET_COUNT - 1);
    expect(indexOf(Number.MAX_SAFE_INTEGER)).toBe(BUCKET_COUNT - 1);
  });
});
