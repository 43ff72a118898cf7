import { BUCKET_COUNT, highestEquivalent, indexOf } from './hdr-index.js';
import type { IntervalHistogram, SparseCounts } from './interval-histogram.js';

/**
 * Latencies in integer microseconds, counted in HDR buckets (3 digits: a percentile is at most 0.1 % above the true one), with the exact
 * minimum, maximum and sum beside them. Merging adds counts and is exact. Memory grows with the largest value seen, at most 96 KiB.
 */
export class LatencyHistogram {
  #counts: Uint32Array;
  #count = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;
  #sumUs = 0;

  constructor(size = 256) {
    this.#counts = new Uint32Array(size);
  }

  /** Recorded values. */
  get count(): number {
    return this.#count;
  }
  /** Exact smallest value in microseconds; undefined when empty. */
  get minUs(): number | undefined {
    return this.#count === 0 ? undefined : this.#minUs;
  }
  /** Exact largest value in microseconds; undefined when empty. */
  get maxUs(): number | undefined {
    return this.#count === 0 ? undefined : this.#maxUs;
  }
  /** Exact mean in microseconds; undefined when empty. */
  get meanUs(): number | undefined {
    return this.#count === 0 ? undefined : this.#sumUs / this.#count;
  }

  /** @throws RangeError unless `valueUs` is a whole number >= 0 (hdr-histogram-js counts a NaN without a bucket, and lies ever after). */
  record(valueUs: number, times = 1): void {
    if (!Number.isSafeInteger(valueUs) || valueUs < 0)
      throw new RangeError(`a latency is a whole number of microseconds >= 0, not ${valueUs}`);
    this.#addAt(indexOf(valueUs), times);
    this.#note(times, valueUs, valueUs, valueUs * times);
  }

  /**
   * Adds the counts of one interval.
   * @throws RangeError when the counts are none of this bucket scheme; nothing is added then.
   */
  addInterval(interval: IntervalHistogram): void {
    const { counts } = interval;
    const last = checkCounts(counts);
    // Once for the whole interval: an analysis has a thousand histograms that would double their way up.
    this.#grow(last + 1);
    const own = this.#counts;
    let index = 0;
    let added = 0;
    for (let i = 0; i < counts.length; i += 2) {
      index += counts[i] as number;
      const times = counts[i + 1] as number;
      own[index] = (own[index] as number) + times;
      added += times;
    }
    if (added > 0) this.#note(added, interval.minUs, interval.maxUs, interval.sumUs);
  }

  /** Intervals together; one that is absent counts nothing. @throws RangeError as `addInterval` */
  static of(intervals: Iterable<IntervalHistogram | undefined>): LatencyHistogram {
    const histogram = new LatencyHistogram();
    for (const interval of intervals) if (interval !== undefined) histogram.addInterval(interval);
    return histogram;
  }

  /** Adds all of another histogram. */
  add(other: LatencyHistogram): void {
    if (other.#count === 0) return;
    const counts = other.#counts;
    this.#grow(counts.length);
    for (let index = 0; index < counts.length; index++) {
      const times = counts[index] as number;
      if (times > 0) this.#counts[index] = (this.#counts[index] as number) + times;
    }
    this.#note(other.#count, other.#minUs, other.#maxUs, other.#sumUs);
  }

  /**
   * Percentile by nearest rank over answered and unanswered calls together, the unanswered ranking above every answered one.
   * @param quantile 0..1
   * @returns microseconds (largest value of the bucket, never above the exact maximum); `null` when it falls among unanswered calls;
   * undefined when there is neither.
   */
  percentile(quantile: number, unanswered = 0): number | null | undefined {
    const total = this.#count + unanswered;
    if (total === 0) return undefined;
    // The small term undoes products such as 0.07 * 100 = 7.000000000000001.
    const rank = Math.max(1, Math.ceil(quantile * total - 1e-9));
    if (rank > this.#count) return null;
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      // The last bucket also holds all that was longer than an hour: only the exact maximum bounds it.
      if (seen >= rank && index < BUCKET_COUNT - 1) return Math.max(this.#minUs, Math.min(this.#maxUs, highestEquivalent(index)));
    }
    return this.#maxUs;
  }

  /** Values above a limit, exact to the bucket that holds the limit (0.1 %). */
  countAbove(limitUs: number): number {
    if (limitUs >= this.#maxUs) return 0;
    let above = 0;
    for (let index = indexOf(Math.floor(limitUs)) + 1; index < this.#counts.length; index++)
      above += this.#counts[index] as number;
    return above;
  }

  /** Buckets that hold something, in rising order. */
  *buckets(): Generator<readonly [index: number, count: number]> {
    for (let index = 0; index < this.#counts.length; index++) {
      const times = this.#counts[index] as number;
      if (times > 0) yield [index, times];
    }
  }

  /** As an interval of a journal; undefined when empty. */
  toInterval(): IntervalHistogram | undefined {
    if (this.#count === 0) return undefined;
    const counts: number[] = [];
    let before = 0;
    for (const [index, times] of this.buckets()) {
      counts.push(index - before, times);
      before = index;
    }
    return { counts: counts as SparseCounts, minUs: this.#minUs, maxUs: this.#maxUs, sumUs: this.#sumUs };
  }

  #addAt(index: number, times: number): void {
    if (index >= this.#counts.length) this.#grow(index + 1);
    this.#counts[index] = (this.#counts[index] as number) + times;
  }

  #grow(size: number): void {
    if (size <= this.#counts.length) return;
    const grown = new Uint32Array(Math.min(BUCKET_COUNT, Math.max(size, this.#counts.length * 2)));
    grown.set(this.#counts);
    this.#counts = grown;
  }

  #note(times: number, minUs: number, maxUs: number, sumUs: number): void {
    this.#count += times;
    if (minUs < this.#minUs) this.#minUs = minUs;
    if (maxUs > this.#maxUs) this.#maxUs = maxUs;
    this.#sumUs += sumUs;
  }
}

/**
 * Largest bucket index of an interval, which was checked: a journal may have been edited, and an index out of range would be dropped by
 * the typed array and lie in every percentile.
 */
function checkCounts(counts: SparseCounts): number {
  let index = 0;
  let sound = counts.length % 2 === 0;
  for (let i = 0; sound && i < counts.length; i += 2) {
    const step = counts[i] as number;
    const times = counts[i + 1] as number;
    index += step;
    // `>>> 0` leaves whole numbers of 32 bits as they are, and nothing else.
    sound = step >>> 0 === step && index < BUCKET_COUNT && times >>> 0 === times;
  }
  if (!sound)
    throw new RangeError(
      'bucket counts of an interval are not of the histogram scheme: [index step, count, ...] with whole numbers >= 0',
    );
  return index;
}
