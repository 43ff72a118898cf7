/**
 * Bucket scheme of an HDR histogram (hdrhistogram.org) of integer microseconds with lowest value 1 and 3 significant digits:
 * 2,048 sub-buckets of width 1 first, then 1,024 for each doubling. Indexes agree with hdr-histogram-js for the same settings.
 */

/** One hour: longer latencies are counted here, and their exact value stands in the maximum beside the buckets. */
export const HIGHEST_TRACKABLE_US = 3_600_000_000;

const SUB_BUCKET_MASK = 2047;
const HALF = 1024;
const SUB_BUCKET_BITS = 10;
const TWO_31 = 2 ** 31;

/** Bucket of a value; `valueUs` is a whole number >= 0 (not checked here: this is the hot path). */
export function indexOf(valueUs: number): number {
  if (valueUs < TWO_31) {
    const bucket = 21 - Math.clz32(valueUs | SUB_BUCKET_MASK);
    return (bucket << SUB_BUCKET_BITS) + (valueUs >>> bucket);
  }
  const value = Math.min(valueUs, HIGHEST_TRACKABLE_US);
  // Beyond 31 bits the integer operators wrap; an hour needs 32 bits, so one doubling is enough.
  const bucket = 21;
  return (bucket << SUB_BUCKET_BITS) + Math.floor(value / 2 ** bucket);
}

/** Number of buckets that hold every value up to an hour. */
export const BUCKET_COUNT = indexOf(HIGHEST_TRACKABLE_US) + 1;

const bucketOf = (index: number): number => (index <= SUB_BUCKET_MASK ? 0 : (index >> SUB_BUCKET_BITS) - 1);

/** Smallest value in a bucket, microseconds. */
export function lowestEquivalent(index: number): number {
  const bucket = bucketOf(index);
  return bucket === 0 ? index : ((index & (HALF - 1)) + HALF) * 2 ** bucket;
}

/** Largest value in a bucket, microseconds. */
export function highestEquivalent(index: number): number {
  return lowestEquivalent(index) + 2 ** bucketOf(index) - 1;
}
