import type { SecondEntry } from '../journal/second-entry.js';
import { givenRatioText, percentText } from '../text/figure-text.js';

interface Tally {
  ended: number;
  failed: number;
}

/**
 * Watches a drive for the `abort` of a scenario: the error rate was at least `errorRate` for `forMs` on end.
 * Seconds in which nothing ended say nothing either way: they neither start nor break a bad stretch.
 * Failures are failed, dropped and unfinished calls; calls given up by a late generator are none of the server's doing and are left out.
 */
export class AbortRule {
  readonly #errorRate: number;
  readonly #forS: number;
  /** Seconds that another worker may still add to. */
  readonly #open = new Map<number, Tally>();
  #badSinceS: number | undefined;
  #sentence: string | undefined;

  constructor(rule: { readonly errorRate: number; readonly forMs: number }) {
    this.#errorRate = rule.errorRate;
    this.#forS = rule.forMs / 1000;
  }

  /** @returns why the run has to stop, once and for all, or undefined. */
  add(entry: SecondEntry): string | undefined {
    const tally = this.#open.get(entry.t) ?? { ended: 0, failed: 0 };
    for (const cell of entry.cells) {
      const failed = (cell.failed ?? 0) + (cell.dropped ?? 0) + (cell.unfinished ?? 0);
      tally.failed += failed;
      tally.ended += failed + (cell.ok ?? 0);
    }
    this.#open.set(entry.t, tally);
    // Workers report a second within the next one: two seconds on, nothing more can come for it.
    for (const second of [...this.#open.keys()].sort((a, b) => a - b)) {
      if (second > entry.t - 2) break;
      this.#close(second, this.#open.get(second) as Tally);
      this.#open.delete(second);
    }
    return this.#sentence;
  }

  #close(second: number, tally: Tally): void {
    if (tally.ended === 0 || this.#sentence !== undefined) return;
    const rate = tally.failed / tally.ended;
    if (rate < this.#errorRate) {
      this.#badSinceS = undefined;
      return;
    }
    this.#badSinceS ??= second;
    if (second + 1 - this.#badSinceS >= this.#forS) {
      this.#sentence = `error rate was at least ${givenRatioText(this.#errorRate)} from ${this.#badSinceS} s to ${second + 1} s (last second: ${percentText(rate)})`;
    }
  }
}
