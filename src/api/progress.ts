import type { JournalEntry } from '../journal/journal-entry.js';
import { numberText } from '../text/figure-text.js';

/** What `onProgress` is called with while a run or a search goes on. */
export interface Progress {
  /** `prepare` until the first call is due, `load` while calls are made, `report` from then on. */
  readonly stage: 'prepare' | 'load' | 'report';
  /** What just happened, on one line. */
  readonly text: string;
  /** `warning` and `error`: something is wrong with the run. */
  readonly level: 'info' | 'warning' | 'error';
  /** Seconds since the first phase began. Absent before, and in a search. */
  readonly atS?: number;
  /** Length of the load in seconds. */
  readonly ofS?: number;
  /** Calls that succeeded so far, warm-up included. */
  readonly ok?: number;
  /** Calls that failed so far, warm-up included. */
  readonly failed?: number;
}

/** Counts the calls of a run, and tells them once a second. */
export class CallCount {
  readonly #ofS: number;
  readonly #tell: (progress: Progress) => void;
  #ok = 0;
  #failed = 0;
  #second = -1;

  constructor(ofS: number, tell: (progress: Progress) => void) {
    this.#ofS = ofS;
    this.#tell = tell;
  }

  add(entry: JournalEntry): void {
    if (entry.type !== 'second') return;
    // Each load thread tells its own second: the first of the next one ends what is known of the last.
    if (entry.t > this.#second && this.#second >= 0) this.#say(entry.t);
    this.#second = Math.max(this.#second, entry.t);
    for (const { ok = 0, failed = 0, dropped = 0, unfinished = 0 } of entry.cells) {
      this.#ok += ok;
      this.#failed += failed + dropped + unfinished;
    }
  }

  #say(atS: number): void {
    const [ok, failed, ofS] = [this.#ok, this.#failed, this.#ofS];
    this.#tell({
      stage: 'load',
      level: 'info',
      text: `${atS} of ${ofS} s: ${numberText(ok)} ok, ${numberText(failed)} failed`,
      atS,
      ofS,
      ok,
      failed,
    });
  }
}
