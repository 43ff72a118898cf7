import type { LatencyLimits, SloLimits } from '../scenario/objective.js';
import { QUANTILE_LIMITS } from '../scenario/quantile-limits.js';
import { allowedAbove } from '../statistics/minimum-samples.js';
import type { CallShifts } from './call-shifts.js';
import type { CoveredCalls } from './noise/certain-miss.js';
import type { Tally } from './tally.js';

/**
 * Whether the calls of a phase miss a limit, and would meet it once each is shortened by its shift: what such a phase shows may be the doing of
 * this machine. By share alone, without regard to how few calls there were.
 * @param shifts of the same calls; asked for only where a limit is missed
 */
export function missInDoubt(limits: SloLimits, tally: Tally, shifts: () => CallShifts): boolean {
  const { success, answered = {} } = limits;
  const due = tally.count('offered') - tally.count('droppedByGenerator') - tally.count('cancelled');
  const allowed = success === undefined ? Number.POSITIVE_INFINITY : allowedAbove(success, due);
  if (due - tally.count('ok') > allowed && shifts().certainFailures <= allowed) return true;
  return latencyInDoubt(limits, 'successes', tally, shifts) || latencyInDoubt(answered, 'answered', tally, shifts);
}

const latencyInDoubt = (limits: LatencyLimits, covered: CoveredCalls, tally: Tally, shifts: () => CallShifts): boolean =>
  [...QUANTILE_LIMITS, ['max', 'maxMs', 1] as const].some(([, key, quantile]) => {
    const limitMs = limits[key];
    if (limitMs === undefined) return false;
    const limitUs = limitMs * 1000;
    const { response, failedResponse, unanswered } = tally;
    const failed = covered === 'answered' ? failedResponse : undefined;
    const allowed = allowedAbove(quantile, response.count + (failed?.count ?? 0) + unanswered);
    const above = response.countAbove(limitUs) + (failed?.countAbove(limitUs) ?? 0) + unanswered;
    return above > allowed && shifts().staysAbove(limitUs, covered) <= allowed;
  });
