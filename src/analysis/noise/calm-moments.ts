import { OUTCOMES } from '../../scenario/outcome.js';
import { SOONEST_LIMIT_US } from './certain-timeouts.js';
import type { DelayCourse } from './delay-course.js';
import { firstAtLeast } from './first-place.js';
import { GRID_MS, INSTANTS_PER_S, type NoiseRecord } from './noise-record.js';
import type { Stretch } from './stretch.js';

/** In flight at or below this share of the time is calm, where little was delayed. */
const CALM_SHARE = 0.05;
/** How much of a stretch may be delay for that; with more, only nothing in flight is calm. */
const LITTLE_DELAY = 0.1;

/** Turns in which delay is added to the time that itself bounds it. */
const FITTED = 4;

/** What was usually in flight in a stretch, over the instants at which that is known; undefined where it never is. */
export interface UsualInFlight {
  readonly median: number;
  /** Calls in flight that count as calm. */
  readonly calmUpTo: number;
}

/**
 * Moments at which delay of the past is over: nothing is in flight and nothing owed, or, where little was delayed, no more is in flight
 * than in the calmest twentieth of the stretch. An instant of the grid at which a load thread did not run is no such moment: what became
 * due meanwhile has still to come.
 */
export class CalmMoments {
  readonly #seconds: Float64Array;
  /** The last calm moment at or before each instant, milliseconds; -Infinity where there is none. */
  readonly #last: Float64Array;
  /** The first moment at or after each at which nothing is in flight and nothing owed; Infinity where there is none. */
  readonly #nextEmpty: Float64Array;
  readonly #usual = new Map<number, UsualInFlight>();

  constructor({ seconds, workers, calls }: NoiseRecord, stretches: readonly Stretch[], course: DelayCourse) {
    this.#seconds = Float64Array.from(seconds.keys()).sort();
    const length = this.#seconds.length * INSTANTS_PER_S;
    // Of all threads; -1 where one did not tell, or did not run.
    const inFlight = new Float64Array(length);
    const timeOf = (at: number): number =>
      (this.#seconds[Math.floor(at / INSTANTS_PER_S)] as number) * 1000 + (at % INSTANTS_PER_S) * GRID_MS;
    for (let at = 0; at < length; at++) {
      const facts = seconds.get(this.#seconds[Math.floor(at / INSTANTS_PER_S)] as number);
      const i = at % INSTANTS_PER_S;
      const known = facts !== undefined && facts.told[i] === workers.size && !course.isHeld(timeOf(at));
      inFlight[at] = known ? (facts.inFlight[i] as number) : -1;
    }
    this.#addAbandoned(inFlight, calls, course);
    const calmUpTo = new Float64Array(length);
    for (const { id, startS, endS } of stretches) {
      const from = this.#firstAt(startS * 1000);
      const to = this.#firstAt(endS * 1000);
      const known = inFlight
        .slice(from, to)
        .filter((count) => count >= 0)
        .sort();
      if (known.length === 0) continue;
      const little = course.passedOnBetween(startS * 1000, endS * 1000) <= LITTLE_DELAY * (endS - startS) * 1000;
      const usual = {
        median: known[Math.floor((known.length - 1) / 2)] as number,
        calmUpTo: little ? (known[Math.floor(CALM_SHARE * (known.length - 1))] as number) : 0,
      };
      this.#usual.set(id, usual);
      calmUpTo.fill(usual.calmUpTo, from, to);
    }
    this.#last = new Float64Array(length);
    this.#nextEmpty = new Float64Array(length);
    const isCalm = (at: number): boolean => (inFlight[at] as number) >= 0 && (inFlight[at] as number) <= (calmUpTo[at] as number);
    for (let at = 0, last = Number.NEGATIVE_INFINITY; at < length; at++) {
      if (isCalm(at)) last = timeOf(at);
      this.#last[at] = last;
    }
    for (let at = length - 1, next = Number.POSITIVE_INFINITY; at >= 0; at--) {
      if (inFlight[at] === 0) next = timeOf(at);
      this.#nextEmpty[at] = next;
    }
  }

  usual(stretch: number): UsualInFlight | undefined {
    return this.#usual.get(stretch);
  }

  /** The last calm moment at or before a time, milliseconds; -Infinity where none is known. */
  lastBefore(atMs: number): number {
    // The instant itself may already count what was due at it.
    const after = this.#firstAt(atMs);
    return after === 0 ? Number.NEGATIVE_INFINITY : (this.#last[after - 1] as number);
  }

  /** The first moment at or after a time at which every call has ended, milliseconds; Infinity where none is known. */
  nextEmpty(atMs: number): number {
    return this.#nextEmpty[this.#firstAt(atMs)] ?? Number.POSITIVE_INFINITY;
  }

  /**
   * A server works on a call that nobody awaits any more, and what comes meanwhile is behind it; also on one that it gave up itself. Each timeout, and
   * each answered failure that took as long as a time limit may be, is counted as in flight for as long again as it was awaited, delay left out.
   */
  #addAbandoned(inFlight: Float64Array, calls: NoiseRecord['calls'], course: DelayCourse): void {
    const change = new Int32Array(inFlight.length + 1);
    let any = false;
    for (let i = 0; i < calls.length; i++) {
      const outcome = calls.outcome(i);
      if (outcome === undefined) continue;
      if (outcome !== 'timeout' && !(OUTCOMES[outcome].answered && calls.responseUs(i) >= SOONEST_LIMIT_US)) continue;
      any = true;
      const awaitedMs = calls.responseUs(i) / 1000;
      const goneMs = calls.dueMs(i) + awaitedMs;
      let untilMs = goneMs + awaitedMs;
      for (let turn = 0; turn < FITTED; turn++) untilMs = goneMs + awaitedMs + course.between(goneMs, untilMs);
      const from = this.#firstAt(goneMs);
      const to = this.#firstAt(untilMs);
      change[from] = (change[from] as number) + 1;
      change[to] = (change[to] as number) - 1;
    }
    if (!any) return;
    for (let at = 0, abandoned = 0; at < inFlight.length; at++) {
      abandoned += change[at] as number;
      if ((inFlight[at] as number) >= 0) inFlight[at] = (inFlight[at] as number) + abandoned;
    }
  }

  /** Place of the first instant at or after a time. */
  #firstAt(atMs: number): number {
    const second = Math.floor(atMs / 1000);
    const place = firstAtLeast(this.#seconds, second);
    if (this.#seconds[place] !== second) return place * INSTANTS_PER_S;
    return place * INSTANTS_PER_S + Math.ceil((atMs - second * 1000) / GRID_MS - 1e-9);
  }
}
