import type { DelayEntry, DelaySlot, DelayView } from '../../journal/delay-entry.js';
import type { CellSecond, SecondEntry } from '../../journal/second-entry.js';
import { PackedCalls } from './packed-calls.js';

/** Instants of a second at which the calls in flight are counted. */
export const INSTANTS_PER_S = 100;
/** Between two of them, milliseconds. */
export const GRID_MS = 1000 / INSTANTS_PER_S;

/** A stretch in which one load thread did not run. */
export interface ThreadGap {
  readonly startMs: number;
  readonly lengthMs: number;
  /** Calls in flight on that thread meanwhile, x its length: milliseconds of callers that were held. */
  readonly heldMs: number;
  /** Whether something was to be done in it: a start that came late then puts off the calls behind it. */
  readonly owed: boolean;
}

/** One second of all load threads. */
export interface SecondFacts {
  /** In flight at each instant of the grid, over all threads that told. */
  readonly inFlight: Float64Array;
  /** Load threads whose calls in flight are known at each instant. */
  readonly told: Uint16Array;
  latenessMaxUs: number;
  latenessSumUs: number;
  /** The longest response time of the calls that ended in it. */
  longestUs: number;
}

/**
 * What a journal says of the delay on its machine, of one run or of one trial. Takes entries in any order. A `Disturbance` reads it once
 * the stretches are known.
 */
export class NoiseRecord {
  readonly calls = new PackedCalls();
  /** Slow calls that were not kept one by one. */
  uncounted = 0;
  readonly gaps: ThreadGap[] = [];
  readonly slots: DelaySlot[] = [];
  readonly seconds = new Map<number, SecondFacts>();
  readonly workers = new Set<number>();
  readonly views = new Set<DelayView>();
  /** Whether any load thread told its gaps or its calls in flight by instants: journals of old do not. */
  toldOfThreads = false;

  /** @throws TypeError for slow calls, gaps or counts that no load thread writes. */
  addSecond({ t, worker, inFlight, generator, cells, slow, slowMore }: SecondEntry): void {
    this.workers.add(worker);
    const facts = this.#secondOf(t);
    const { lateness, gaps, inFlightAt } = generator;
    if (lateness !== undefined) {
      facts.latenessMaxUs = Math.max(facts.latenessMaxUs, lateness.maxUs);
      facts.latenessSumUs += lateness.sumUs;
    }
    for (const cell of cells) facts.longestUs = Math.max(facts.longestUs, longestOf(cell, lateness?.maxUs ?? 0));
    if (gaps !== undefined || inFlightAt !== undefined) this.toldOfThreads = true;
    // A thread that had nothing in flight all along need not count it a hundred times.
    const known = inFlightAt?.length ?? (inFlight === 0 ? INSTANTS_PER_S : 0);
    for (let i = 0; i < Math.min(known, INSTANTS_PER_S); i++) {
      const count = inFlightAt?.[i] ?? 0;
      if (!(count >= 0)) throw new TypeError(`not a number of calls in flight: ${JSON.stringify(count)}`);
      facts.inFlight[i] = (facts.inFlight[i] as number) + count;
      facts.told[i] = (facts.told[i] as number) + 1;
    }
    for (const [startMs, lengthMs, owed] of gaps ?? []) {
      if (!Number.isFinite(startMs) || !(lengthMs >= 0))
        throw new TypeError(`not [startMs, lengthMs] of a gap: ${JSON.stringify([startMs, lengthMs])}`);
      // Nothing of the thread began or ended meanwhile, so any instant of the gap will do; it ended in this second.
      const last = Math.min(INSTANTS_PER_S - 1, Math.floor((startMs + lengthMs - t * 1000) / GRID_MS));
      this.gaps.push({ startMs, lengthMs, owed: owed !== 0, heldMs: lengthMs * (inFlightAt?.[Math.max(0, last)] ?? inFlight) });
    }
    for (const call of slow ?? []) this.calls.add(call);
    this.uncounted += slowMore ?? 0;
  }

  /** @throws TypeError for slots that nothing writes. */
  addDelay({ view, slots }: DelayEntry): void {
    this.views.add(view);
    for (const slot of slots) {
      const [startMs, lengthMs, waitedUs, othersUs] = slot;
      const sound = Number.isFinite(startMs) && lengthMs >= 0 && (waitedUs ?? 0) >= 0 && Number.isFinite(othersUs ?? 0);
      if (!sound) throw new TypeError(`not [startMs, lengthMs, waitedUs, othersUs] of a slot of delay: ${JSON.stringify(slot)}`);
      this.slots.push(slot);
    }
  }

  #secondOf(t: number): SecondFacts {
    let facts = this.seconds.get(t);
    if (facts === undefined) {
      facts = {
        inFlight: new Float64Array(INSTANTS_PER_S),
        told: new Uint16Array(INSTANTS_PER_S),
        latenessMaxUs: 0,
        latenessSumUs: 0,
        longestUs: 0,
      };
      this.seconds.set(t, facts);
    }
    return facts;
  }
}

/** Failures are known from the start of their last attempt: the lateness of the second is added. */
function longestOf({ response, failedResponse, failures = {} }: CellSecond, latenessUs: number): number {
  const attempts = Object.values(failures).map(({ took }) => took.maxUs + latenessUs);
  return Math.max(response?.maxUs ?? 0, failedResponse?.maxUs ?? 0, ...attempts);
}
