import { OUTCOMES, type OutcomeClass } from '../../scenario/outcome.js';
import { type ShiftedCall, SLIGHT_MS } from './disturbance.js';

/** What is usual in the stretch of a call. */
export interface UsualOfStretch {
  /** Median response time of its successes; absent or null where it is not known: most calls were not answered. */
  readonly p50Us?: number | null;
  /** `StretchNoise.fillMs` */
  readonly fillMs?: number;
  /** Delay that was measured, as a share of the time; absent where nothing tells. */
  readonly delayShare?: number;
}

/** Above this share of delay no count bounds what it did. */
const LITTLE_DELAY = 0.05;
/**
 * How many times the calls that were due during all delay it can have made fail: each delay lasts on in a queue, 1 / (1 - utilization) times as long, so
 * that this holds up to a utilization of 0.9.
 */
const LASTS_ON = 10;

/**
 * Of the answered failures of a stretch, those that stand although single ones had a shift: more than all delay of the stretch can have made. A
 * server refuses, or gives up by a time limit of its own, only what came while a delay lasted.
 * @param failures answered, of classes that delay can make
 * @param due calls that became due
 */
export function answeredFailuresBeyond(failures: number, due: number, { delayShare }: UsualOfStretch): number {
  if (delayShare === undefined || delayShare > LITTLE_DELAY) return 0;
  return Math.max(0, failures - Math.ceil(LASTS_ON * delayShare * due));
}

/**
 * Failures that no delay makes: what was answered is against the contract, or nobody may ask for it. `tool-error` is not among them, for a
 * tool says "the query took too long" by it, nor what a token or a session that ran out brings.
 */
export function isNeverMadeByDelay(outcome: OutcomeClass): boolean {
  if (outcome === 'tool-error') return false;
  // Our own client would refuse it again.
  if (outcome === 'unsendable') return true;
  return OUTCOMES[outcome].taxonomy === 'correctness' || NEVER_ALLOWED.has(outcome);
}

const NEVER_ALLOWED: ReadonlySet<OutcomeClass> = new Set<OutcomeClass>(['forbidden', 'insufficient-scope', 'policy-denied']);

/**
 * Whether a call would have failed on a quiet machine too. Contract and correctness: always. Any other: when it can have been shifted by
 * less than 10 ms. Beyond that a connection that was lost: when what it had taken, less the median of its stretch, is more than its shift. A start
 * that was dropped: when its shift is less than all slots take to fill. A success is none; nor is a timeout, for how many of those stand is told
 * of all together (`certainTimeouts`).
 */
export function isCertainFailure({ outcome, responseUs, shiftUs }: ShiftedCall, usual: UsualOfStretch): boolean {
  if (outcome === undefined || outcome === 'cancelled' || outcome === 'dropped-by-generator' || outcome === 'timeout')
    return false;
  if (isNeverMadeByDelay(outcome)) return true;
  if (outcome === 'dropped') return shiftUs < 1000 * (usual.fillMs ?? SLIGHT_MS);
  if (shiftUs < 1000 * SLIGHT_MS) return true;
  if (OUTCOMES[outcome].answered) return false;
  // Where most calls were not answered there is no median: half of the time it took stands for it.
  return responseUs - (usual.p50Us ?? responseUs / 2) > shiftUs;
}
