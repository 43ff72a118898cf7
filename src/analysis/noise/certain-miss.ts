import { highestEquivalent, indexOf } from '../../journal/hdr-index.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import { OUTCOMES, type OutcomeClass } from '../../scenario/outcome.js';
import { isCertainFailure, isNeverMadeByDelay, type UsualOfStretch } from './certain-failure.js';
import { certainTimeouts } from './certain-timeouts.js';
import type { ShiftedCall } from './disturbance.js';

/** Which calls a latency limit covers: successes, or every answered call. Unanswered ones rank above either. */
export type CoveredCalls = 'successes' | 'answered';

/** The question whether a limit on response times was missed for certain. */
export interface LatencyMiss {
  /** Kept calls of the cells that the limit covers (`Disturbance.calls`), of whatever outcome. */
  readonly calls: readonly ShiftedCall[];
  readonly covered: CoveredCalls;
  readonly limitUs: number;
  /** Calls that the limit lets lie above it: `allowedAbove(quantile, max(n, minimumSamples(quantile)))` with n unanswered calls included; 0 for `max`. */
  readonly allowed: number;
  /** What is usual in the stretch with this id. */
  readonly usualOf: (stretch: number) => UsualOfStretch;
}

/**
 * A limit on response times is missed for certain when more calls than it allows stay above it after each was shortened by its shift.
 * Calls that were not kept one by one are taken for shortened under the limit.
 */
export const isCertainMiss = (miss: LatencyMiss): boolean => stayingAbove(miss) > miss.allowed;

/** Calls that are above the limit whatever this machine did. */
export function stayingAbove({ calls, covered, limitUs, usualOf }: Omit<LatencyMiss, 'allowed'>): number {
  let staying = 0;
  for (const call of calls) {
    const ranked = rankOf(call, covered);
    if (ranked === 'left-out') continue;
    // One that was given up after longer than the limit and its shift had not been answered within the limit without it.
    const slow = isAbove(call.responseUs - call.shiftUs, limitUs);
    if (slow || (ranked === 'unanswered' && call.outcome !== 'timeout' && isCertainFailure(call, usualOf(call.stretch))))
      staying++;
  }
  return staying;
}

/**
 * The same for a journal that holds no delays (`Disturbance.view` is `unknown`): each call is shortened by the largest lateness of its
 * stretch, and those without an answer stay above.
 */
export function isCertainMissByLateness(
  histogram: LatencyHistogram,
  unanswered: number,
  { limitUs, allowed, latenessUs }: { readonly limitUs: number; readonly allowed: number; readonly latenessUs: number },
): boolean {
  return histogram.countAbove(limitUs + latenessUs) + unanswered > allowed;
}

/** Failures that were kept and are certain, beside those whose class alone makes them so: they are counted whole from the books. */
export function certainFailuresKept(calls: readonly ShiftedCall[], usualOf: LatencyMiss['usualOf']): number {
  return calls.filter(
    (call) => call.outcome !== undefined && !isNeverMadeByDelay(call.outcome) && isCertainFailure(call, usualOf(call.stretch)),
  ).length;
}

/** The question whether a limit on success was missed for certain. */
export interface SuccessMiss {
  readonly calls: readonly ShiftedCall[];
  /** Failures of the scope by class, all of them, as `errors` of its figures has them. */
  readonly errors: readonly { readonly class: OutcomeClass; readonly count: number }[];
  /** Response times of the successes of the scope. */
  readonly successes: LatencyHistogram;
  /** `allowedAbove(target, max(due, minimumForShare(target)))` */
  readonly allowed: number;
  readonly usualOf: LatencyMiss['usualOf'];
}

/** A limit on success is missed for certain when the certain failures alone miss it. */
export function isCertainSuccessMiss({ calls, errors, successes, allowed, usualOf }: SuccessMiss): boolean {
  const byClass = errors.reduce((sum, error) => sum + (isNeverMadeByDelay(error.class) ? error.count : 0), 0);
  const timeouts = certainTimeouts(
    calls.filter(({ outcome }) => outcome === 'timeout'),
    successes,
  );
  const others = calls.filter(({ outcome }) => outcome !== 'timeout');
  return byClass + timeouts + certainFailuresKept(others, usualOf) > allowed;
}

/** The question what a quantile reads once each call is shortened. */
export interface ShortenedReading extends Omit<LatencyMiss, 'allowed'> {
  /** Response times of all calls that the limit covers, unanswered ones left out. */
  readonly histogram: LatencyHistogram;
  readonly unanswered: number;
  /** 1 for `max`. */
  readonly quantile: number;
}

/**
 * The quantile over all calls with each kept one shortened by its shift, microseconds; null where it still falls among calls that were never
 * answered, undefined without calls. Calls above the limit that were not kept count as on the limit.
 */
export function shortenedQuantile(reading: ShortenedReading): number | null | undefined {
  const { calls, covered, limitUs, histogram, quantile } = reading;
  const taken = new Map<number, number>();
  const shortened = new LatencyHistogram();
  let unanswered = reading.unanswered;
  for (const call of calls) {
    const ranked = rankOf(call, covered);
    if (ranked === 'left-out') continue;
    if (ranked === 'unanswered') {
      if (stayingAbove({ ...reading, calls: [call] }) === 1) continue;
      unanswered--;
    } else {
      const index = indexOf(Math.floor(call.responseUs));
      taken.set(index, (taken.get(index) ?? 0) + 1);
    }
    shortened.record(Math.floor(Math.max(0, call.responseUs - call.shiftUs)));
  }
  const limitIndex = indexOf(Math.floor(limitUs));
  for (const [index, count] of histogram.buckets()) {
    const left = count - (taken.get(index) ?? 0);
    if (left <= 0) continue;
    shortened.record(index > limitIndex ? Math.floor(limitUs) : highestEquivalent(index), left);
  }
  return shortened.percentile(quantile, Math.max(0, unanswered));
}

/** A bucket of the limit cannot be told apart from it (0.1 %): its calls count as on the limit. */
const isAbove = (us: number, limitUs: number): boolean => us > limitUs && indexOf(Math.floor(us)) > indexOf(Math.floor(limitUs));

function rankOf({ outcome }: ShiftedCall, covered: CoveredCalls): 'answered' | 'unanswered' | 'left-out' {
  if (outcome === undefined) return 'answered';
  if (outcome === 'cancelled' || outcome === 'dropped-by-generator') return 'left-out';
  if (!OUTCOMES[outcome].answered) return 'unanswered';
  return covered === 'answered' ? 'answered' : 'left-out';
}
