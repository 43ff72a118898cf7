import { Disturbance, SLIGHT_MS } from '../analysis/noise/disturbance.js';
import { NoiseRecord } from '../analysis/noise/noise-record.js';
import type { DelayEntry } from '../journal/delay-entry.js';
import type { SecondEntry } from '../journal/second-entry.js';
import { givenRatioText, percentText } from '../text/figure-text.js';

/** Seconds after which nothing more can come for one. */
const TOLD_WITHIN_S = 2;

interface Tally {
  ended: number;
  failed: number;
}

/**
 * Watches a drive for the `abort` of a scenario: the error rate was at least `errorRate` for `forMs` on end. Where a second of that stretch was
 * disturbed, so that this machine may have made calls fail, the rule waits until it has held for as long again: a server that is down is left
 * alone in the end on the noisiest machine too.
 * Seconds in which nothing ended say nothing either way: they neither start nor break a bad stretch.
 * Failures are failed, dropped and unfinished calls; calls given up by a late generator are none of the server's doing and are left out.
 */
export class AbortRule {
  readonly #errorRate: number;
  readonly #forS: number;
  /** Seconds that another worker may still add to. */
  readonly #open = new Map<number, Tally>();
  /** Entries of the last two stretches, from which it is told whether they were disturbed. */
  #recent: (SecondEntry | DelayEntry)[] = [];
  #badSinceS: number | undefined;
  /** Until when the rule waits, since its stretch was disturbed. */
  #waitsUntilS: number | undefined;
  #sentence: string | undefined;

  constructor(rule: { readonly errorRate: number; readonly forMs: number }) {
    this.#errorRate = rule.errorRate;
    this.#forS = rule.forMs / 1000;
  }

  /** @returns why the run has to stop, once and for all, or undefined. */
  add(entry: SecondEntry | DelayEntry): string | undefined {
    this.#recent = this.#recent.filter(({ t }) => t >= entry.t - 2 * this.#forS - TOLD_WITHIN_S);
    this.#recent.push(entry);
    if (entry.type === 'delay') return this.#sentence;
    const tally = this.#open.get(entry.t) ?? { ended: 0, failed: 0 };
    for (const cell of entry.cells) {
      const failed = (cell.failed ?? 0) + (cell.dropped ?? 0) + (cell.unfinished ?? 0);
      tally.failed += failed;
      tally.ended += failed + (cell.ok ?? 0);
    }
    this.#open.set(entry.t, tally);
    // Workers report a second within the next one: two seconds on, nothing more can come for it.
    for (const second of [...this.#open.keys()].sort((a, b) => a - b)) {
      if (second > entry.t - TOLD_WITHIN_S) break;
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
      this.#waitsUntilS = undefined;
      return;
    }
    this.#badSinceS ??= second;
    if (second + 1 - this.#badSinceS < this.#forS) return;
    this.#waitsUntilS ??= this.#disturbed(this.#badSinceS, second + 1) ? second + 1 + this.#forS : second + 1;
    if (second + 1 >= this.#waitsUntilS) {
      this.#sentence = `error rate was at least ${givenRatioText(this.#errorRate)} from ${this.#badSinceS} s to ${second + 1} s (last second: ${percentText(rate)})`;
    }
  }

  /** Whether a call due in one of these seconds can have been shifted by more than 10 ms. */
  #disturbed(fromS: number, toS: number): boolean {
    const record = new NoiseRecord();
    for (const entry of this.#recent) {
      if (entry.type === 'delay') record.addDelay(entry);
      else record.addSecond(entry);
    }
    const noise = new Disturbance(record, [{ id: 0, startS: fromS, endS: toS }]);
    for (let second = fromS; second < toS; second++) {
      const shiftUs = noise.shiftOfSecondUs(second);
      // Infinity: nothing tells, and it will not be told later either.
      if (Number.isFinite(shiftUs) && shiftUs > SLIGHT_MS * 1000) return true;
    }
    return false;
  }
}
