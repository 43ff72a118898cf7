import { Disturbance } from '../analysis/noise/disturbance.js';
import { EndedCalls } from '../analysis/noise/ended-calls.js';
import { NoiseRecord } from '../analysis/noise/noise-record.js';
import { type AbortLimit, abortInDoubt } from '../analysis/resilience/abort-doubt.js';
import { SecondRecord } from '../analysis/resilience/second-record.js';
import type { DelayEntry } from '../journal/delay-entry.js';
import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { SecondEntry } from '../journal/second-entry.js';
import { givenRatioText, percentText } from '../text/figure-text.js';

/** Seconds after which nothing more can come for one. */
const TOLD_WITHIN_S = 2;

/** Id of the stretch that is looked at. */
const STRETCH = 0;

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
  readonly #limit: AbortLimit;
  readonly #forS: number;
  /** Seconds that another worker may still add to. */
  readonly #open = new Map<number, Tally>();
  /** Entries of the last two stretches, from which it is told whether they were disturbed. */
  #recent: (SecondEntry | DelayEntry)[] = [];
  #badSinceS: number | undefined;
  /** Until when the rule waits, since its stretch was disturbed. */
  #waitsUntilS: number | undefined;
  #sentence: string | undefined;

  constructor(limit: AbortLimit) {
    this.#limit = limit;
    this.#forS = limit.forMs / 1000;
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
    if (rate < this.#limit.errorRate) {
      this.#badSinceS = undefined;
      this.#waitsUntilS = undefined;
      return;
    }
    this.#badSinceS ??= second;
    if (second + 1 - this.#badSinceS < this.#forS) return;
    this.#waitsUntilS ??= this.#inDoubt(this.#badSinceS, second + 1) ? second + 1 + this.#forS : second + 1;
    if (second + 1 >= this.#waitsUntilS) {
      this.#sentence = `error rate was at least ${givenRatioText(this.#limit.errorRate)} from ${this.#badSinceS} s to ${second + 1} s (last second: ${percentText(rate)})`;
    }
  }

  #inDoubt(fromS: number, toS: number): boolean {
    const noise = new NoiseRecord();
    const record = new SecondRecord([]);
    const successes = new LatencyHistogram();
    for (const entry of this.#recent) {
      if (entry.type === 'delay') {
        noise.addDelay(entry);
        continue;
      }
      noise.addSecond(entry);
      record.add(entry);
      for (const { response } of entry.cells) if (response !== undefined) successes.addInterval(response);
    }
    const disturbance = new Disturbance(noise, [{ id: STRETCH, startS: fromS, endS: toS }]);
    const delayShare = disturbance.stretch(STRETCH).delayMs / 1000 / (toS - fromS);
    const p50Us = successes.percentile(0.5) ?? null;
    const ended = new EndedCalls(disturbance, () => ({ p50Us, delayShare, successes }));
    return abortInDoubt(ended, record, this.#limit, fromS, toS, () => STRETCH);
  }
}
