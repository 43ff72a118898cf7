import type { LatencyHistogram } from '../../journal/latency-histogram.js';
import { answeredFailuresBeyond, isNeverMadeByDelay, type UsualOfStretch } from './certain-failure.js';
import { type CoveredCalls, certainFailuresKept, stayingAbove } from './certain-miss.js';
import { type Disturbance, type ShiftedCall, SLIGHT_MS } from './disturbance.js';

/** What was usual in a stretch of load, and the response times of its successes. */
export interface StretchCourse extends UsualOfStretch {
  readonly successes: LatencyHistogram;
}

/** Counts of a second, by the time at which calls ended. */
export interface EndedCounts {
  readonly due: number;
  /** Ended in any other way than by success. */
  readonly failed: number;
  /** Of those: without an answer. */
  readonly unanswered: number;
}

/**
 * The calls that ended in each second of a run, and how many of them would have been slow, or have failed, had this machine delayed nothing; at least
 * so many, by those that were kept one by one.
 */
export class EndedCalls {
  readonly #noise: Disturbance;
  readonly #courseOf: (stretch: number) => StretchCourse;
  #bySecond: ReadonlyMap<number, readonly ShiftedCall[]> | undefined;

  constructor(noise: Disturbance, courseOf: (stretch: number) => StretchCourse) {
    this.#noise = noise;
    this.#courseOf = courseOf;
  }

  /** Whether a call due in a second can have been shifted by more than 10 ms. Where nothing tells, nothing is said. */
  isDisturbed(second: number): boolean {
    const shiftUs = this.#noise.shiftOfSecondUs(second);
    return Number.isFinite(shiftUs) && shiftUs > SLIGHT_MS * 1000;
  }

  /** Failures of a second that no delay can have made. @param stretch in which most of them were due */
  failuresStanding(second: number, { due, failed, unanswered }: EndedCounts, stretch: number): number {
    const calls = this.#endedIn(second);
    const course = this.#courseOf(stretch);
    const never = calls.filter(({ outcome }) => outcome !== undefined && isNeverMadeByDelay(outcome)).length;
    const kept = never + certainFailuresKept(calls, this.#courseOf, course.successes);
    return Math.min(failed, Math.max(kept, answeredFailuresBeyond(failed - unanswered, due, course)));
  }

  /** Calls of a second that stay above a limit when each is shortened; those without an answer among them. */
  staysAbove(second: number, limitUs: number, covered: CoveredCalls): number {
    return stayingAbove({ calls: this.#endedIn(second), covered, limitUs, usualOf: this.#courseOf });
  }

  #endedIn(second: number): readonly ShiftedCall[] {
    this.#bySecond ??= grouped(this.#noise);
    return this.#bySecond.get(second) ?? [];
  }
}

function grouped(noise: Disturbance): ReadonlyMap<number, readonly ShiftedCall[]> {
  const bySecond = new Map<number, ShiftedCall[]>();
  for (const call of noise.calls(() => true)) {
    const second = Math.floor(call.dueMs / 1000 + call.responseUs / 1e6);
    const own = bySecond.get(second);
    if (own === undefined) bySecond.set(second, [call]);
    else own.push(call);
  }
  return bySecond;
}
