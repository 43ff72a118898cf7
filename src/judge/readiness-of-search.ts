import type { ReadinessItem } from '../result/readiness.js';
import type { MeasuredResult } from '../result/result.js';
import { countText, rateText, shareText, spanText } from '../text/figure-text.js';
import type { FailureMode } from './failure-modes.js';

/** Whether a capacity is known and a fleet was sized by it. */
export function capacityPlanned({ capacity }: MeasuredResult): ReadinessItem {
  const item = 'Capacity planned';
  const { healthy, sizing, sizingOmitted } = capacity ?? {};
  if (healthy === undefined)
    return { item, state: 'not tested', evidence: 'plimsoll capacity finds it; this run did not search the healthy capacity' };
  if (healthy.ending === 'nothing-passes' || healthy.ending === 'degraded-for-good')
    return { item, state: 'failed', evidence: healthy.summary };
  // By the low end of what one instance carries; the certain half of an answer that is not.
  if (sizing?.instances === null)
    return {
      item,
      state: 'failed',
      evidence: `${healthy.summary}; the plan ${sizing.doesNotFit?.summary ?? 'does not fit: no number of instances is enough'}`,
    };
  if (healthy.ending !== 'confirmed') return { item, state: 'inconclusive', evidence: healthy.summary };
  if (sizing === undefined)
    return { item, state: 'inconclusive', evidence: `${healthy.summary}; ${sizingOmitted ?? 'no peak was named to size for'}` };
  return {
    item,
    state: 'passed',
    evidence: `${healthy.summary}; ${countText(sizing.instances, 'instance')} for the planned traffic`,
  };
}

/** A soak at the confirmed rate is a load test at that rate. */
export function soaked({ capacity }: MeasuredResult): ReadinessItem {
  const item = 'Load';
  const { healthy } = capacity ?? {};
  const soak = healthy?.trials.filter(({ purpose, outcome }) => purpose === 'soak' && outcome === 'pass').at(-1);
  return soak === undefined
    ? { item, state: 'not tested', evidence: 'no soak of the healthy target passed' }
    : {
        item,
        state: 'passed',
        evidence: `a soak of ${spanText(Math.round(soak.durationS))} at ${rateText(soak.offeredRate)}: ${soak.reason}`,
      };
}

/** What is left under a fault, against what is planned. */
export function searchedMode(
  dependency: string,
  { mode, recipes }: FailureMode,
  capacity: NonNullable<MeasuredResult['capacity']>,
): ReadinessItem {
  const item = `${dependency}: ${mode}`;
  const own = capacity.underFaults.find(({ under }) => recipes.some((recipe) => under === `${recipe}@${dependency}`));
  if (own === undefined)
    return { item, state: 'not tested', evidence: `no search under a fault (recipes: ${recipes.join(', ')})` };
  const sized = capacity.sizing?.underFaults.find(({ name }) => name === own.under);
  const planned = capacity.sizing?.instances;
  if (own.ending === 'nothing-passes' || own.ending === 'degraded-for-good')
    return { item, state: 'failed', evidence: own.summary };
  if (own.ending !== 'confirmed' || sized === undefined || planned === undefined || planned === null)
    return { item, state: 'inconclusive', evidence: own.summary };
  const needed =
    sized.instances === null
      ? 'no number of instances keeps'
      : `${countText(sized.instances, 'instance')} ${sized.instances === 1 ? 'keeps' : 'keep'}`;
  return {
    item,
    state: sized.instances !== null && sized.instances <= planned ? 'passed' : 'failed',
    evidence: `${own.summary}; ${needed} the SLO under it, ${planned} are planned`,
  };
}

/** Whether the load that the fleet is planned to carry in its worst failure is one from which the system comes back by itself. */
export function searchedRecovery({ recovery = [], sizing }: NonNullable<MeasuredResult['capacity']>): ReadinessItem {
  const item = 'Recovery after faults';
  const tried = recovery.filter(({ ending }) => ending !== 'not-started');
  if (tried.length === 0)
    return { item, state: 'not tested', evidence: recovery[0]?.summary ?? 'a search holds its fault to the end' };
  const planned = sizing?.fleet?.worstFailureUtilisation;
  const state = (answer: (typeof tried)[number]): ReadinessItem['state'] => {
    const { hidden, ending } = answer;
    if (ending === 'recovers') return 'passed';
    if (ending === 'nothing-recovers' || ending === 'stays-down') return 'failed';
    if (planned === undefined || hidden.recovers === undefined) return 'inconclusive';
    if (planned <= hidden.recovers.share) return 'passed';
    return hidden.doesNot !== undefined && planned >= hidden.doesNot.share ? 'failed' : 'inconclusive';
  };
  const worst = (['failed', 'inconclusive', 'passed'] as const).find((each) => tried.some((answer) => state(answer) === each));
  const deciding = tried.find((answer) => state(answer) === worst);
  const against = planned === undefined ? '' : `; ${shareText(planned)} is planned in the worst failure`;
  return { item, state: worst ?? 'inconclusive', evidence: `after ${deciding?.under}: ${deciding?.summary}${against}` };
}
