import type { CallCounts } from '../../result/call-figures.js';
import { allowedAbove } from '../../statistics/minimum-samples.js';

/** Of the calls that became due, as many have to be sent for a pass to be certain. */
const SHARE_MADE = 0.99;
/** A closed stretch passes nothing when it withheld more of its load. */
export const WITHHELD_ALLOWED = 0.01;

/** The question whether a limit would be met with all the load that the scenario asks for. */
export interface LimitMet {
  /** Quantile of a latency limit, or the target of a success rate; 1 for `max`. */
  readonly quantile: number;
  /** Calls that the limit covers, unanswered ones included, and those of them that miss it. */
  readonly samples: number;
  readonly above: number;
  /** The least that can be judged (`minimumSamples` or `minimumForShare`). */
  readonly needed: number;
  readonly counts: Pick<CallCounts, 'offered' | 'droppedByGenerator'>;
  /** `StretchNoise.withheldShare` of each closed stretch that the limit covers. */
  readonly withheldShares: readonly number[];
}

/**
 * A pass is certain when no load was withheld that could have missed the limit: it still holds with the starts that the generator gave up
 * counted as never answered, at least 99 % of the starts were made, and no closed stretch withheld more than 1 %. Calls that never left
 * this machine are already counted as failed and unanswered.
 */
export function isCertainPass({ quantile, samples, above, needed, counts, withheldShares }: LimitMet): boolean {
  const { offered, droppedByGenerator } = counts;
  if (withheldShares.some((share) => share > WITHHELD_ALLOWED)) return false;
  if (offered - droppedByGenerator < SHARE_MADE * offered) return false;
  return above + droppedByGenerator <= allowedAbove(quantile, Math.max(samples + droppedByGenerator, needed));
}
