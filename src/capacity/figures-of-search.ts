import type { CapacitySearch } from '../analysis/analysis.js';
import type { SearchEnd } from '../journal/search-end.js';
import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import type { Slo } from '../scenario/objective.js';
import { sweepPoints } from './law/sweep-points.js';
import { fitLaw } from './law/usl-verdict.js';
import { recoveryAnswers } from './recovery/recovery-answer.js';
import { capacityAnswer, judgedAgain, type ReportedTrial } from './search/capacity-answer.js';
import { factsOf, reportedTrial } from './search/reported-trials.js';
import { resourcesOf } from './search/resource-figures.js';
import { conditionsOf, faultConditionsOf } from './search/slo-condition.js';
import { worksOn } from './search/works-on.js';

/**
 * `capacity` of a result from what the journal holds of the search, without sizing. A search that was cut short is told from the trials
 * that it had. Pure.
 * @param machineCores of the machine that the server under test runs on, where that is known
 */
export function figuresOfSearch(search: CapacitySearch, slo: Slo, machineCores?: number): CapacityFigures {
  const { start } = search;
  const conditions = conditionsOf(slo);
  const answerUnder = (under: string): CapacityAnswer | undefined => {
    const entries = search.trials.filter((trial) => trial.under === under);
    const ended = search.searches.find((each) => each.under === under);
    if (entries.length === 0 && ended === undefined) return undefined;
    const trials = entries.map((entry) => reportedTrial(entry, conditions));
    const last = entries.at(-1);
    const tookS = ended?.tookS ?? (last === undefined ? 0 : last.searchS + last.tookS);
    const answer = capacityAnswer({ under, plan: start.plan, conditions, end: ended?.end ?? cutShort(trials), trials, tookS });
    const works = worksOn(
      trials.flatMap(({ verdict }, index) => (entries[index] === undefined ? [] : [{ entry: entries[index], verdict }])),
      start,
      machineCores,
    );
    return works === undefined ? answer : { ...answer, worksOn: works };
  };
  const healthy = answerUnder('none');
  const again = faultConditionsOf(slo);
  const underFaults = start.entries.flatMap(({ under }) => {
    const answer = under === 'none' ? undefined : answerUnder(under);
    if (answer === undefined) return [];
    const entries = search.trials.filter((trial) => trial.under === under);
    const facts = entries.map((entry) => factsOf(entry, again));
    const lost = lostShare(healthy, answer);
    return [
      {
        ...answer,
        ...(again.length === 0 ? {} : { duringFault: judgedAgain(facts, again) }),
        ...(lost === undefined ? {} : { lost }),
      },
    ];
  });
  const sound = search.trials.filter(
    (entry) => entry.under === 'none' && reportedTrial(entry, conditions).verdict.outcome !== 'invalid',
  );
  const resources = resourcesOf(sound, start.instances, search.resources);
  return {
    unit: 'calls/s',
    instances: start.instances,
    arrivals: start.arrivals,
    ...(healthy === undefined ? {} : { healthy }),
    underFaults,
    ...(search.traffic === undefined || search.traffic.length === 0 ? {} : { traffic: search.traffic }),
    ...(start.recovery === undefined ? {} : { recovery: recoveryAnswers(search, slo) }),
    ...lawOf(search, slo),
    ...(resources === undefined ? {} : { resources }),
  };
}

/** The law of the closed sweep, or why there is none; neither where no sweep was asked for. */
function lawOf({ start, sweep, workers }: CapacitySearch, slo: Slo): Pick<CapacityFigures, 'law' | 'lawOmitted'> {
  if (sweep.length === 0) return start.law ? { lawOmitted: 'the closed sweep was not reached' } : {};
  const law = fitLaw(sweepPoints(sweep, slo, workers));
  return 'refused' in law ? { lawOmitted: law.refused } : { law };
}

/** What the trials say where nobody came to say how the search ended. */
function cutShort(trials: readonly ReportedTrial[]): SearchEnd {
  const rates = (outcome: 'pass' | 'fail'): readonly number[] =>
    trials.filter(({ trial }) => trial.outcome === outcome && trial.purpose !== 'warm-up').map(({ facts }) => facts.rate);
  const passed = rates('pass');
  const largestPass = passed.length === 0 ? undefined : Math.max(...passed);
  const failed = rates('fail').filter((rate) => rate > (largestPass ?? 0));
  return {
    ending: 'interrupted',
    reason: 'the run was cut short',
    ...(largestPass === undefined ? {} : { largestPass }),
    ...(failed.length === 0 ? {} : { smallestFail: Math.min(...failed) }),
  };
}

/** 1 - rate under the fault / healthy rate: estimates with estimates, else confirmed rates; everything where nothing passes. */
function lostShare(healthy: CapacityAnswer | undefined, faulty: CapacityAnswer): number | undefined {
  if (healthy === undefined) return undefined;
  if (healthy.ending === 'at-least' || faulty.ending === 'at-least') return undefined;
  const sound = healthy.estimate?.rate ?? healthy.interval.confirmedPass;
  if (faulty.ending === 'nothing-passes') return sound === undefined ? undefined : 1;
  if (healthy.estimate !== undefined && faulty.estimate !== undefined) return 1 - faulty.estimate.rate / healthy.estimate.rate;
  const [before, under] = [healthy.interval.confirmedPass, faulty.interval.confirmedPass];
  return before === undefined || under === undefined ? undefined : 1 - under / before;
}
