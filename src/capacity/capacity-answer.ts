import type { CapacityAnswer, Trial } from './capacity-figures.js';
import { type JudgedFacts, lowestEstimate } from './estimate-conditions.js';
import { numberText } from './number-text.js';
import { replicasOver } from './replica-remark.js';
import type { SearchEnd } from './search-action.js';
import type { SearchPlan } from './search-plan.js';
import type { SloCondition } from './slo-condition.js';
import type { TrialFacts } from './trial-facts.js';
import { verdictOf } from './trial-verdict.js';

/** A trial as it is reported, beside what it was judged by. */
export interface ReportedTrial extends JudgedFacts {
  readonly trial: Trial;
}

export interface AnswerInput {
  /** `none`, or recipe@dependency. */
  readonly under: string;
  readonly plan: SearchPlan;
  readonly conditions: readonly SloCondition[];
  readonly end: SearchEnd;
  readonly trials: readonly ReportedTrial[];
  readonly tookS: number;
}

/** The answer of a search: bracket, estimate, the condition that binds, and a sentence that says no more than was shown. Pure. */
export function capacityAnswer({ under, plan, conditions, end, trials, tookS }: AnswerInput): CapacityAnswer {
  const soak = trials.filter(({ trial }) => trial.purpose === 'soak' && trial.outcome === 'pass').at(-1)?.trial;
  const confirmedRate = soak?.offeredRate;
  const failed = trials.flatMap(({ verdict, facts }) =>
    verdict.outcome === 'fail' && facts.rate > (confirmedRate ?? 0) ? [facts.rate] : [],
  );
  // Where no rate was settled as failing, the lowest that failed a trial.
  const smallestFail = end.smallestFail ?? (failed.length === 0 ? undefined : Math.min(...failed));
  const generatorLimited =
    end.generatorLimit !== undefined && end.generatorLimit < (end.smallestFail ?? Number.POSITIVE_INFINITY)
      ? end.generatorLimit
      : undefined;
  const found = generatorLimited === undefined ? lowestEstimate(trials, conditions) : undefined;
  const binding = found === undefined ? bindingOf(trials, conditions) : conditions[found.condition]?.name;
  const { ending } = end;
  const replicas = replicasOver(trials.map(({ trial }) => trial));
  const answer: Omit<CapacityAnswer, 'summary'> = {
    under,
    ending,
    interval: {
      ...(soak?.achievedRate === undefined ? {} : { confirmedPass: soak.achievedRate }),
      ...(smallestFail === undefined || smallestFail <= (confirmedRate ?? 0) ? {} : { smallestFail }),
    },
    ...(found === undefined ? {} : { estimate: { rate: found.rate, low: found.low, high: found.high, level: found.level } }),
    ...(generatorLimited === undefined ? {} : { generatorLimited }),
    ...(binding === undefined ? {} : { bindingCondition: binding }),
    label: labelOf(ending, plan),
    budgetS: plan.budgetS,
    tookS,
    ...(replicas === undefined ? {} : { replicas }),
    trials: trials.map(({ trial }) => trial),
  };
  return { ...answer, summary: summaryOf(answer, end, soak?.durationS) };
}

const labelOf = (ending: SearchEnd['ending'], plan: SearchPlan): string =>
  ending === 'confirmed' ? plan.label : ending === 'at-least' ? `at least; ${plan.label}` : `not confirmed; ${plan.label}`;

/** The condition that decided the failed trial at the lowest rate. */
function bindingOf(trials: readonly ReportedTrial[], conditions: readonly SloCondition[]): string | undefined {
  const failed = trials
    .filter(({ verdict }) => verdict.outcome === 'fail' && verdict.condition !== undefined)
    .sort((a, b) => a.facts.rate - b.facts.rate)[0];
  return failed?.verdict.condition === undefined ? undefined : conditions[failed.verdict.condition]?.name;
}

/** As the tables of the reports round it: two figures for one rate would make a reader ask which is right. */
const rateText = (perS: number): string => `${numberText(perS)}/s`;

function summaryOf(answer: Omit<CapacityAnswer, 'summary'>, end: SearchEnd, soakS: number | undefined): string {
  const { interval, estimate, bindingCondition, ending } = answer;
  const { confirmedPass, smallestFail } = interval;
  const about =
    estimate === undefined
      ? ''
      : `; estimate ${rateText(estimate.rate)} (${rateText(estimate.low)} to ${rateText(estimate.high)})`;
  const binds = bindingCondition === undefined ? '' : `, bound by ${bindingCondition}`;
  const confirmed =
    confirmedPass === undefined
      ? ''
      : `${rateText(confirmedPass)} met the SLO${soakS === undefined ? '' : ` for ${Math.round(soakS)} s`}`;
  switch (ending) {
    case 'confirmed':
      return `${confirmed}${smallestFail === undefined ? '' : `, ${rateText(smallestFail)} did not`}${about}${binds}`;
    case 'at-least':
      return `at least ${confirmedPass === undefined ? rateText(end.largestPass ?? 0) : rateText(confirmedPass)}: ${end.reason}`;
    case 'nothing-passes':
      return `${end.reason}${binds}`;
    case 'unconfirmed':
      return `nothing was confirmed (${end.reason})${end.largestPass === undefined ? '' : `; short trials passed up to ${rateText(end.largestPass)}`}${about}`;
    case 'invalid':
      return `no figure: ${end.reason}`;
    case 'interrupted':
      return `stopped (${end.reason})${confirmed === '' ? (end.largestPass === undefined ? '' : `; short trials passed up to ${rateText(end.largestPass)}`) : `; ${confirmed}`}${about}`;
    case 'degraded-for-good':
      return `${end.reason}${confirmed === '' ? '' : `; before that ${confirmed}`}`;
  }
}

/**
 * The same trials judged by other conditions, for instance `during.fault`: the search did not look for this answer, so only what its
 * trials happen to tell. @param facts of the same trials, counted by these conditions
 */
export function judgedAgain(
  facts: readonly TrialFacts[],
  conditions: readonly SloCondition[],
): Pick<CapacityAnswer, 'interval' | 'estimate' | 'bindingCondition'> {
  const judged = facts.map((each): JudgedFacts => ({ facts: each, verdict: verdictOf(each, conditions) }));
  const rates = (outcome: 'pass' | 'fail'): readonly number[] =>
    judged
      .filter(({ verdict, facts: { purpose } }) => verdict.outcome === outcome && purpose !== 'warm-up')
      .map((each) => each.facts.rate);
  const soaks = judged.filter(({ verdict, facts: { purpose } }) => purpose === 'soak' && verdict.outcome === 'pass');
  const confirmedPass =
    soaks.length === 0 ? undefined : Math.max(...soaks.map((each) => each.facts.completed / each.facts.measuredS));
  const failed = rates('fail').filter((rate) => rate > (confirmedPass ?? 0));
  const estimate = lowestEstimate(judged, conditions);
  const condition = estimate === undefined ? undefined : conditions[estimate.condition]?.name;
  return {
    interval: {
      ...(confirmedPass === undefined ? {} : { confirmedPass }),
      ...(failed.length === 0 ? {} : { smallestFail: Math.min(...failed) }),
    },
    ...(estimate === undefined
      ? {}
      : { estimate: { rate: estimate.rate, low: estimate.low, high: estimate.high, level: estimate.level } }),
    ...(condition === undefined ? {} : { bindingCondition: condition }),
  };
}
