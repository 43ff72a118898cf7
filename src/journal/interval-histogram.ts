/**
 * Counts by histogram bucket as a flat list: index, count, index, count, ... with each index given as the difference from the one before.
 * Bucket indexes are those of an HDR histogram of integer microseconds, lowest value 1, 3 significant digits (see latency-histogram.ts).
 */
export type SparseCounts = readonly number[];

/** One histogram's share of one second: sparse counts with exact minimum, maximum and sum in microseconds. */
export interface IntervalHistogram {
  readonly counts: SparseCounts;
  readonly minUs: number;
  readonly maxUs: number;
  readonly sumUs: number;
}
