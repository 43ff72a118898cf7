import type { EndedCalls } from '../noise/ended-calls.js';
import type { SecondRecord } from './second-record.js';

/** The rule by which a run was stopped: the share of failures was at least `errorRate`, for so long. */
export interface AbortLimit {
  readonly errorRate: number;
  readonly forMs: number;
}

/**
 * Whether the delay of this machine may have made the failures for which an abort rule held: in some second that it disturbed, those that it cannot
 * have made are too few.
 * @param fromS first second of the stretch; `toS` is the one behind its last
 * @param stretchOf segment in which the calls of a second were due
 */
export function abortInDoubt(
  ended: EndedCalls,
  record: SecondRecord,
  { errorRate }: AbortLimit,
  fromS: number,
  toS: number,
  stretchOf: (second: number) => number,
): boolean {
  for (let second = Math.max(0, fromS); second < toS; second++) {
    if (!ended.isDisturbed(second)) continue;
    const { offered, ok, bad, unanswered } = record.window(second, second + 1);
    const standing = ended.failuresStanding(second, { due: offered, failed: bad, unanswered }, stretchOf(second));
    if (standing < errorRate * (ok + bad)) return true;
  }
  return false;
}
