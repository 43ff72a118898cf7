import { highestEquivalent, indexOf } from '../journal/hdr-index.js';
import type { LatencyHistogram } from '../journal/latency-histogram.js';
import { OUTCOMES, type OutcomeClass } from '../scenario/outcome.js';
import { allowedAbove } from '../statistics/minimum-samples.js';
import { answeredFailuresBeyond, isCertainFailure, isNeverMadeByDelay, type UsualOfStretch } from './noise/certain-failure.js';
import { type CoveredCalls, certainFailuresKept, stayingAbove } from './noise/certain-miss.js';
import { givenUpFromUs, timeoutsWithShift } from './noise/certain-timeouts.js';
import { type ShiftedCall, SLIGHT_MS } from './noise/disturbance.js';
import type { Tally } from './tally.js';

/** The calls of some cells in one stretch of time, and what this machine can have added to them. */
export interface StretchCalls {
  readonly tally: Tally;
  /** Those that were kept one by one. */
  readonly calls: readonly ShiftedCall[];
  /**
   * Second by second: the largest shift that a call due in it can have had (Infinity where nothing tells), and how many were due. It bounds
   * what became of the calls that were not kept.
   */
  readonly seconds: readonly { readonly shiftUs: number; readonly due: number }[];
  /** The same by instants, calls taken as spread evenly over each second: for a figure that is an estimate. */
  readonly steps: () => StretchCalls['seconds'];
  readonly usual: UsualOfStretch;
  readonly timeoutUs: number;
  /** Calls that failed to connect because this machine had no descriptor or port left, at most. */
  readonly neverLeft: number;
}

/** Neither ended well nor failed, or none of the server's doing. */
const NOT_COUNTED: ReadonlySet<OutcomeClass> = new Set<OutcomeClass>(['ok', 'cancelled', 'dropped-by-generator']);
/** Shifts that are tried as a bound of most calls. */
const MOST_BOUNDS = 16;

/**
 * Calls after each was shortened by its shift: what would be left of slow calls and failures had this machine delayed nothing. What it says is
 * a lower bound twice over: by the calls that were kept, and, over all calls, by the largest shift of their second. Pure.
 */
export class CallShifts {
  readonly #parts: readonly Part[];
  readonly #blind: boolean;

  constructor(parts: readonly StretchCalls[]) {
    this.#parts = parts.map((part) => ({ ...part, bounds: boundsOf(part.seconds) }));
    this.#blind = parts.some(({ seconds }) => seconds.some(({ shiftUs }) => shiftUs === Number.POSITIVE_INFINITY));
  }

  /** Calls that stay above a limit when each is shortened; never more than were counted above it. */
  staysAbove(limitUs: number, covered: CoveredCalls): number {
    return this.#staysAbove(limitUs, covered, ({ bounds }) => bounds);
  }

  #staysAbove(limitUs: number, covered: CoveredCalls, boundsFor: (part: Part) => readonly Bound[]): number {
    return sum(this.#parts, (part) => {
      const kept = keptAbove(part, part.calls, limitUs, covered);
      return Math.max(
        kept - Math.min(part.neverLeft, countOf(part.calls, 'connect-failed')),
        bounded(boundsFor(part), (shiftUs) => boundAbove(part, limitUs, covered, shiftUs)),
      );
    });
  }

  /** Failures that no delay of this machine can have made. */
  get certainFailures(): number {
    return sum(this.#parts, (part) => {
      const { tally } = part;
      const byClass = sum([...tally.errorCounts], ([name, count]) => (isNeverMadeByDelay(name) ? count : 0));
      const answered = sum([...tally.errorCounts], ([name, count]) => (isOpen(name) && OUTCOMES[name].answered ? count : 0));
      return (
        byClass +
        Math.max(
          answeredFailuresBeyond(answered, tally.count('offered'), part.usual),
          certainFailuresKept(part.calls, () => part.usual, tally.response) -
            Math.min(part.neverLeft, countOf(part.calls, 'connect-failed')),
          bounded(
            part.bounds,
            (shiftUs) =>
              timeoutsWithShift(tally.errorCount('timeout'), shiftUs, part.timeoutUs, tally.response) +
              (shiftUs < SLIGHT_MS * 1000 ? answeredWithShift(answered, shiftUs, tally) : 0) +
              sum(failedClasses(tally), ([name, count]) =>
                isOpen(name) && !OUTCOMES[name].answered && isCertainFailure(callOf(name, shiftUs, part), part.usual)
                  ? withoutNeverLeft(name, count, part)
                  : 0,
              ),
          ),
        )
      );
    });
  }

  /**
   * The least that a quantile can have been, over the same calls shortened: microseconds; `null` where it stays among calls that were never
   * answered, undefined where there is no call, or nothing tells how long a server on this machine waited.
   */
  reading(quantile: number, covered: CoveredCalls): number | null | undefined {
    return this.#reading(quantile, covered, ({ bounds }) => bounds);
  }

  /** About what it would have been: calls that were not kept are taken as spread evenly over their second. An estimate, which proves nothing. */
  likelyReading(quantile: number, covered: CoveredCalls): number | null | undefined {
    return this.#reading(quantile, covered, ({ steps }) => fineBoundsOf(steps));
  }

  #reading(quantile: number, covered: CoveredCalls, boundsFor: (part: Part) => readonly Bound[]): number | null | undefined {
    const count = sum(this.#parts, (part) => answeredOf(part.tally, covered) + part.tally.unanswered);
    if (count === 0 || this.#blind) return undefined;
    const allowed = allowedAbove(quantile, count);
    const largestUs = Math.max(
      0,
      ...this.#parts.flatMap(({ tally, timeoutUs }) => [tally.response.maxUs ?? 0, tally.failedResponse.maxUs ?? 0, timeoutUs]),
    );
    const stays = (limitUs: number): number => this.#staysAbove(limitUs, covered, boundsFor);
    if (stays(largestUs) > allowed) return null;
    let low = 0;
    let high = indexOf(largestUs);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stays(highestEquivalent(middle)) <= allowed) high = middle;
      else low = middle + 1;
    }
    return Math.min(largestUs, highestEquivalent(low));
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);

const countOf = (calls: readonly ShiftedCall[], name: OutcomeClass): number =>
  calls.reduce((count, { outcome }) => (outcome === name ? count + 1 : count), 0);

const isOpen = (name: OutcomeClass | undefined): boolean =>
  name !== undefined && !isNeverMadeByDelay(name) && !NOT_COUNTED.has(name);

/** Of answered failures that were shifted by less than 10 ms, those that stand: what the server may have given up as its timeouts. */
function answeredWithShift(count: number, shiftUs: number, { response, failedResponse }: Tally): number {
  const givenUp = Math.min(count, failedResponse.countAbove(givenUpFromUs(response) + shiftUs));
  if (givenUp === 0) return count;
  const fastestUs = failedResponse.percentile((failedResponse.count - givenUp + 1) / failedResponse.count) as number;
  return count - givenUp + timeoutsWithShift(givenUp, shiftUs, fastestUs, response);
}

const answeredOf = ({ response, failedResponse }: Tally, covered: CoveredCalls): number =>
  response.count + (covered === 'answered' ? failedResponse.count : 0);

/** Every class in which calls failed, with those that were never started or never ended. */
const failedClasses = (tally: Tally): readonly (readonly [OutcomeClass, number])[] => [
  ...tally.errorCounts,
  ['dropped', tally.count('dropped')],
  ['unfinished', tally.count('unfinished')],
];

/** A call that was not kept, as far as it is known: one that timed out took as long as that, and what is unknown counts for nothing. */
const callOf = (outcome: OutcomeClass, shiftUs: number, { timeoutUs }: StretchCalls): ShiftedCall => ({
  cell: -1,
  dueMs: 0,
  responseUs: outcome === 'timeout' ? timeoutUs : 0,
  shiftUs,
  outcome,
  stretch: -1,
});

const withoutNeverLeft = (name: OutcomeClass, count: number, { neverLeft }: StretchCalls): number =>
  name === 'connect-failed' ? count - Math.min(neverLeft, count) : count;

/** How much shorter than the timeout a limit is taken for calls that were given up: they count as above one that is longer, too. */
const BELOW_TIMEOUT = 0.99;

function keptAbove(part: StretchCalls, calls: readonly ShiftedCall[], limitUs: number, covered: CoveredCalls): number {
  const of = (own: readonly ShiftedCall[], ownLimitUs: number): number =>
    stayingAbove({ calls: own, covered, limitUs: ownLimitUs, usualOf: () => part.usual });
  if (limitUs < BELOW_TIMEOUT * part.timeoutUs) return of(calls, limitUs);
  const answered = (call: ShiftedCall): boolean => call.outcome === undefined || OUTCOMES[call.outcome].answered;
  return (
    of(calls.filter(answered), limitUs) +
    of(
      calls.filter((call) => !answered(call)),
      BELOW_TIMEOUT * part.timeoutUs,
    )
  );
}

/** A shift that all calls have at most, but for those due in seconds that can have had more. */
interface Bound {
  readonly shiftUs: number;
  readonly beyond: number;
}

interface Part extends StretchCalls {
  readonly bounds: readonly Bound[];
}

/** Of a stretch, which all scopes share: there are a hundred instants a second, looked at once and only for a baseline. */
const fineBounds = new WeakMap<StretchCalls['steps'], readonly Bound[]>();

function fineBoundsOf(steps: StretchCalls['steps']): readonly Bound[] {
  const known = fineBounds.get(steps) ?? boundsOf(steps());
  fineBounds.set(steps, known);
  return known;
}

function boundsOf(seconds: StretchCalls['seconds']): readonly Bound[] {
  const rising = [...new Set([0, ...seconds.map(({ shiftUs }) => shiftUs)])].filter(Number.isFinite).sort((a, b) => a - b);
  const step = Math.max(1, (rising.length - 1) / (MOST_BOUNDS - 1));
  const bounds: Bound[] = [];
  for (let place = 0; place <= rising.length - 1 + 1e-9; place += step) {
    const shiftUs = rising[Math.round(place)] as number;
    bounds.push({ shiftUs, beyond: sum(seconds, (second) => (second.shiftUs > shiftUs ? second.due : 0)) });
  }
  return bounds;
}

/**
 * The best of the bounds.
 * @param countAt what is left when each call is shortened by as much
 */
const bounded = (bounds: readonly Bound[], countAt: (shiftUs: number) => number): number =>
  bounds.reduce((best, { shiftUs, beyond }) => Math.max(best, countAt(shiftUs) - beyond), 0);

function boundAbove(part: StretchCalls, limitUs: number, covered: CoveredCalls, shiftUs: number): number {
  const { tally } = part;
  const above = (histogram: LatencyHistogram): number => histogram.countAbove(limitUs + shiftUs);
  const unanswered = sum(failedClasses(tally), ([name, count]) =>
    !OUTCOMES[name].answered && keptAbove(part, [callOf(name, shiftUs, part)], limitUs, covered) === 1
      ? withoutNeverLeft(name, count, part)
      : 0,
  );
  return above(tally.response) + (covered === 'answered' ? above(tally.failedResponse) : 0) + unanswered;
}
