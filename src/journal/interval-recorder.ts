import { BUCKET_COUNT, indexOf } from './hdr-index.js';
import type { IntervalHistogram } from './interval-histogram.js';

/**
 * Collects the latencies of one second on the hot path, and hands them over as sparse counts. It remembers which buckets were touched,
 * so that taking a second costs what was recorded in it and not the width of the histogram.
 */
export class IntervalRecorder {
  #counts = new Uint32Array(4096);
  #touched = new Uint32Array(64);
  #used = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;
  #sumUs = 0;

  /** Counts one latency. Negative and fractional values are rounded to a whole microsecond >= 0; the caller's clock gives fractions. */
  record(latencyUs: number): void {
    const valueUs = latencyUs > 0 ? Math.round(latencyUs) : 0;
    const index = indexOf(valueUs);
    if (index >= this.#counts.length) this.#widen(index);
    const before = this.#counts[index] as number;
    if (before === 0) this.#touch(index);
    this.#counts[index] = before + 1;
    if (valueUs < this.#minUs) this.#minUs = valueUs;
    if (valueUs > this.#maxUs) this.#maxUs = valueUs;
    this.#sumUs += valueUs;
  }

  /** The counts since the last take; undefined when there were none. */
  take(): IntervalHistogram | undefined {
    if (this.#used === 0) return undefined;
    const touched = this.#touched.subarray(0, this.#used).sort();
    const counts = new Array<number>(this.#used * 2);
    let previous = 0;
    for (let i = 0; i < touched.length; i++) {
      const index = touched[i] as number;
      counts[2 * i] = index - previous;
      counts[2 * i + 1] = this.#counts[index] as number;
      this.#counts[index] = 0;
      previous = index;
    }
    const interval = { counts, minUs: this.#minUs, maxUs: this.#maxUs, sumUs: this.#sumUs };
    this.#used = 0;
    this.#minUs = Number.POSITIVE_INFINITY;
    this.#maxUs = 0;
    this.#sumUs = 0;
    return interval;
  }

  #touch(index: number): void {
    if (this.#used === this.#touched.length) {
      const wider = new Uint32Array(this.#used * 2);
      wider.set(this.#touched);
      this.#touched = wider;
    }
    this.#touched[this.#used++] = index;
  }

  #widen(index: number): void {
    const wider = new Uint32Array(Math.min(BUCKET_COUNT, Math.max(index + 1, this.#counts.length * 2)));
    wider.set(this.#counts);
    this.#counts = wider;
  }
}
