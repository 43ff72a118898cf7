import type { LatencyLimits, SloLimits } from '../scenario/objective.js';
import { QUANTILE_LIMITS } from '../scenario/quantile-limits.js';
import { allowedAbove } from '../statistics/minimum-samples.js';
import type { CallShifts } from './call-shifts.js';
import type { CoveredCalls } from './noise/certain-miss.js';
import type { Tally } from './tally.js';

/**
 * Whether the calls of a phase miss a limit, and would meet every limit once each is shortened by its shift: what such a phase shows may be the doing
 * of this machine. One limit that stays missed is enough for it to be the server's. By share alone, without regard to how few calls there were.
 * @param shifts of the same calls; asked for only where a limit is missed
 */
export function missInDoubt(limits: SloLimits, tally: Tally, shifts: () => CallShifts): boolean {
  const { success, answered = {} } = limits;
  const due = tally.count('offered') - tally.count('droppedByGenerator') - tally.count('cancelled');
  const allowed = success === undefined ? Number.POSITIVE_INFINITY : allowedAbove(success, due);
  const misses = [
    ...(due - tally.count('ok') > allowed ? [shifts().certainFailures > allowed] : []),
    ...latencyMisses(limits, 'successes', tally, shifts),
    ...latencyMisses(answered, 'answered', tally, shifts),
  ];
  return misses.length > 0 && !misses.includes(true);
}

/** Of each limit that is missed, whether it stays missed. */
const latencyMisses = (
  limits: LatencyLimits,
  covered: CoveredCalls,
  tally: Tally,
  shifts: () => CallShifts,
): readonly boolean[] =>
  [...QUANTILE_LIMITS, ['max', 'maxMs', 1] as const].flatMap(([, key, quantile]) => {
    const limitMs = limits[key];
    if (limitMs === undefined) return [];
    const limitUs = limitMs * 1000;
    const { response, failedResponse, unanswered } = tally;
    const failed = covered === 'answered' ? failedResponse : undefined;
    const allowed = allowedAbove(quantile, response.count + (failed?.count ?? 0) + unanswered);
    const above = response.countAbove(limitUs) + (failed?.countAbove(limitUs) ?? 0) + unanswered;
    return above > allowed ? [shifts().staysAbove(limitUs, covered) > allowed] : [];
  });
