import { indexOf } from '../../journal/hdr-index.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import { OUTCOMES } from '../../scenario/outcome.js';
import { isCertainFailure, isNeverMadeByDelay, type UsualOfStretch } from './certain-failure.js';
import { certainTimeouts } from './certain-timeouts.js';
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
 * from the books.
 * @param successes response times of the same calls that succeeded, by which timeouts are told from slow calls
 */
export function certainFailuresKept(
  calls: readonly ShiftedCall[],
  usualOf: LatencyMiss['usualOf'],
  successes = new LatencyHistogram(),
): number {
  const timeouts = calls.filter(({ outcome }) => outcome === 'timeout');
  const others = calls.filter(
    (call) => call.outcome !== undefined && !isNeverMadeByDelay(call.outcome) && isCertainFailure(call, usualOf(call.stretch)),
  );
  const timeoutUs = timeouts.reduce((least, { responseUs }) => Math.min(least, responseUs), Number.POSITIVE_INFINITY);
  return (
    others.length +
    certainTimeouts(
      timeouts.map(({ shiftUs }) => shiftUs),
      timeoutUs,
      successes,
    )
  );
}

/** A bucket of the limit cannot be told apart from it (0.1 %): its calls count as on the limit. */
const isAbove = (us: number, limitUs: number): boolean => us > limitUs && indexOf(Math.floor(us)) > indexOf(Math.floor(limitUs));

function rankOf({ outcome }: ShiftedCall, covered: CoveredCalls): 'answered' | 'unanswered' | 'left-out' {
  if (outcome === undefined) return 'answered';
  if (outcome === 'cancelled' || outcome === 'dropped-by-generator') return 'left-out';
  if (!OUTCOMES[outcome].answered) return 'unanswered';
  return covered === 'answered' ? 'answered' : 'left-out';
}
