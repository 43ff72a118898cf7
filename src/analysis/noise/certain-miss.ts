import { indexOf } from '../../journal/hdr-index.js';
import type { LatencyHistogram } from '../../journal/latency-histogram.js';
import { OUTCOMES } from '../../scenario/outcome.js';
import { isCertainFailure, isNeverMadeByDelay, type UsualOfStretch } from './certain-failure.js';
import { certainTimeouts, givenUpFromUs } from './certain-timeouts.js';
import type { ShiftedCall } from './disturbance.js';

/** Which calls a latency limit covers: answered successes, or every answered call. Unanswered ones rank above either. */
export type CoveredCalls = 'successes' | 'answered';

/** The question which calls stay above a limit on response times. */
export interface LatencyMiss {
  /** Kept calls of the cells that the limit covers (`Disturbance.calls`), of whatever outcome. */
  readonly calls: readonly ShiftedCall[];
  readonly covered: CoveredCalls;
  readonly limitUs: number;
  /** What is usual in the stretch with this id. */
  readonly usualOf: (stretch: number) => UsualOfStretch;
}

/**
 * Calls that are above the limit whatever this machine did: they stay above it after each was shortened by its shift. Where there are more than
 * the limit allows, it is missed for certain. Calls that were not kept one by one are taken for shortened under the limit.
 */
export function stayingAbove({ calls, covered, limitUs, usualOf }: LatencyMiss): number {
  let staying = 0;
  for (const call of calls) {
    const ranked = rankOf(call, covered);
    if (ranked === 'left-out') continue;
    // One that was given up after longer than the limit and its shift had not been answered within the limit without it.
    const slow = isAbove(call.responseUs - call.shiftUs, limitUs);
    if (slow || (ranked === 'unanswered' && isCertainFailure(call, usualOf(call.stretch)))) staying++;
  }
  return staying;
}

/**
 * Failures that were kept and that no delay of this machine can have made, beside those whose class alone makes them so: they are counted whole
 * from the books. Calls that the server may have given up by a time limit of its own are weighed as timeouts are.
 * @param successes response times of the same calls that succeeded, by which calls that were given up are told from slow ones
 */
export function certainFailuresKept(
  calls: readonly ShiftedCall[],
  usualOf: LatencyMiss['usualOf'],
  successes: LatencyHistogram,
): number {
  const fromUs = givenUpFromUs(successes);
  const timeouts: ShiftedCall[] = [];
  const givenUp: ShiftedCall[] = [];
  let others = 0;
  for (const call of calls) {
    const { outcome, responseUs, shiftUs } = call;
    if (outcome === undefined || isNeverMadeByDelay(outcome)) continue;
    const { answered } = OUTCOMES[outcome];
    if (outcome === 'timeout') timeouts.push(call);
    // Where nothing tells how long the server waited, an answer still says what it says.
    else if (answered && shiftUs === Number.POSITIVE_INFINITY) others++;
    else if (!isCertainFailure(call, usualOf(call.stretch))) continue;
    else if (answered && responseUs - shiftUs > fromUs) givenUp.push(call);
    else others++;
  }
  return others + standing(timeouts, successes) + standing(givenUp, successes);
}

const standing = (calls: readonly ShiftedCall[], successes: LatencyHistogram): number =>
  certainTimeouts(
    calls.map(({ shiftUs }) => shiftUs),
    calls.reduce((least, { responseUs }) => Math.min(least, responseUs), Number.POSITIVE_INFINITY),
    successes,
  );

/** A bucket of the limit cannot be told apart from it (0.1 %): its calls count as on the limit. */
const isAbove = (us: number, limitUs: number): boolean => us > limitUs && indexOf(Math.floor(us)) > indexOf(Math.floor(limitUs));

function rankOf({ outcome }: ShiftedCall, covered: CoveredCalls): 'answered' | 'unanswered' | 'left-out' {
  if (outcome === undefined) return 'answered';
  if (outcome === 'cancelled' || outcome === 'dropped-by-generator') return 'left-out';
  if (!OUTCOMES[outcome].answered) return 'unanswered';
  return covered === 'answered' ? 'answered' : 'left-out';
}
