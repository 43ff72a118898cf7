import { cannotConfirm } from '../../capacity/search/search-plan.js';
import { conditionsOf } from '../../capacity/search/slo-condition.js';
import type { RecoveryStart } from '../../journal/start-entry.js';
import type { SearchOrder } from '../../run/capacity/capacity-request.js';
import type { Scenario } from '../../scenario/scenario.js';
import { spanText } from '../../text/figure-text.js';

/** What is going to happen, before it does: the longest it can take comes first. Pure. */
export function planLines(
  scenario: Scenario,
  { searches, plan, sweepS, start: { startRate, law, recovery } }: SearchOrder,
): readonly string[] {
  const conditions = conditionsOf(scenario.slo);
  const names = conditions.map(({ name }) => name).join(', ');
  const sweeps = law && searches.some(({ under }) => under === 'none') ? sweepS : 0;
  const faults = searches.filter(({ fault }) => fault !== undefined);
  const recoveryS = recovery === undefined ? 0 : recovery.budgetS * faults.length;
  const parts = [
    ...searches.map(({ under }) => `${under} ${spanText(plan.budgetS)}`),
    ...(sweeps > 0 ? [`closed sweep ${spanText(sweeps)}`] : []),
    ...(recovery === undefined ? [] : faults.map(({ under }) => `recovery from ${under} ${spanText(recovery.budgetS)}`)),
  ];
  const doubt = cannotConfirm(plan, conditions, startRate);
  return [
    `at most ${spanText(plan.budgetS * searches.length + sweeps + recoveryS)} of load: ${parts.join(', ')}`,
    `SLO: ${names}${scenario.slo.declared ? '' : ' (the default: the scenario has no slo)'}; ${scenario.load.arrivals} arrivals; ${plan.label}`,
    ...(recovery === undefined ? [] : recoveryLines(recovery)),
    ...(doubt === undefined ? [] : [`warning: ${doubt}`]),
  ];
}

function recoveryLines({ plan, retry }: RecoveryStart): readonly string[] {
  const { faultS, leastHoldS, label } = plan;
  return [
    `hidden capacity at ${label}: ${spanText(faultS)} of fault each, the load held at least ${spanText(leastHoldS)} and three computed drains after it`,
    ...(retry === undefined
      ? ['warning: the scenario has no load.retry: without retries nearly everything recovers, so the search will show little']
      : []),
  ];
}
