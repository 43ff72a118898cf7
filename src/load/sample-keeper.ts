import type { SampleEntry } from '../journal/journal-entry.js';

const ERRORS_EACH = 3;
const ERRORS_IN_ALL = 200;
const SLOWEST = 10;

interface Slowest {
  /** Answers up to this are not among the slowest. */
  limitUs: number;
  readonly kept: { readonly responseUs: number; readonly sample: SampleEntry; told: boolean }[];
}

/**
 * Keeps few of many calls as evidence: the first failures of each class and tool in each segment, and the slowest answers of each tool in each segment.
 * A slow answer is told at the end of the second in which it entered the slowest, so a killed run has them too; a record is beaten ever more
 * seldom, so few are told in all (about 10 x the logarithm of the calls).
 */
export class SampleKeeper {
  readonly #errors = new Map<string, number>();
  #errorCount = 0;
  readonly #slowest: Slowest[] = [];
  #ready: SampleEntry[] = [];

  /** True when a failure of this class and tool should be kept: what a server says during one fault says nothing of the next. */
  wantsError(outcome: string, tool: string, segment: number, retried = false): boolean {
    return this.#errorCount < ERRORS_IN_ALL && (this.#errors.get(keyOf(outcome, tool, segment, retried)) ?? 0) < ERRORS_EACH;
  }

  addError(sample: SampleEntry): void {
    const key = keyOf(sample.class, sample.tool, sample.segment, sample.retried === true);
    this.#errors.set(key, (this.#errors.get(key) ?? 0) + 1);
    this.#errorCount += 1;
    this.#ready.push(sample);
  }

  /** True when an answer this slow is among the slowest so far of its group (a small whole number: tool and segment). */
  wantsSlow(group: number, responseUs: number): boolean {
    const slowest = this.#slowest[group];
    return slowest === undefined || responseUs > slowest.limitUs;
  }

  addSlow(group: number, responseUs: number, sample: SampleEntry): void {
    let slowest = this.#slowest[group];
    if (slowest === undefined) {
      slowest = { limitUs: -1, kept: [] };
      this.#slowest[group] = slowest;
    }
    // In rising order: the newcomer pushes the smallest out.
    const { kept } = slowest;
    const place = kept.findIndex((other) => other.responseUs >= responseUs);
    kept.splice(place < 0 ? kept.length : place, 0, { responseUs, sample, told: false });
    if (kept.length > SLOWEST) kept.shift();
    if (kept.length === SLOWEST) slowest.limitUs = kept[0]?.responseUs ?? -1;
  }

  /** Samples since the last take. */
  take(): readonly SampleEntry[] {
    for (const slowest of this.#slowest) {
      for (const kept of slowest?.kept ?? []) {
        if (!kept.told) this.#ready.push(kept.sample);
        kept.told = true;
      }
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

const keyOf = (outcome: string, tool: string, segment: number, retried: boolean): string =>
  `${segment} ${outcome}${retried ? ' retried' : ''} ${tool}`;
