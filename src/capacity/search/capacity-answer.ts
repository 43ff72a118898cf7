import type { SearchEnd } from '../../journal/search-end.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import type { CapacityAnswer, Trial } from '../../result/capacity-figures.js';
import { compact } from '../../scenario/file/compact.js';
import { replicasOver } from '../../sizing/replica-remark.js';
import { rateText, spanText } from '../../text/figure-text.js';
import { type JudgedFacts, lowestEstimate } from './estimate-conditions.js';
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
    verdict.outcome === 'fail' && facts.purpose !== 'warm-up' && facts.rate > (confirmedRate ?? 0) ? [facts.rate] : [],
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
  const inDoubt = trials.filter(({ verdict }) => verdict.rule === 'doubt').length;
  const replicas = replicasOver(trials.map(({ trial }) => trial));
  const answer: Omit<CapacityAnswer, 'summary'> = {
    under,
    ending,
    interval: {
      ...(soak?.achievedRate === undefined ? {} : { confirmedPass: soak.achievedRate }),
      ...(smallestFail === undefined || smallestFail <= (confirmedRate ?? 0) ? {} : { smallestFail }),
    },
    ...(found === undefined ? {} : { estimate: { rate: found.rate, low: found.low, high: found.high, level: found.level } }),
    ...compact({ generatorLimited, undecided: end.undecided, bindingCondition: binding }),
    ...(inDoubt === 0 ? {} : { inDoubt }),
    label: labelOf(ending, plan, found !== undefined, soak?.durationS),
    budgetS: plan.budgetS,
    tookS,
    ...(replicas === undefined ? {} : { replicas }),
    trials: trials.map(({ trial }) => trial),
  };
  return { ...answer, summary: summaryOf(answer, end, soak?.durationS) };
}

/** How far off the figures may be: of what there is, and nothing of what there is not. */
function labelOf(ending: SearchEnd['ending'], plan: SearchPlan, estimated: boolean, soakS: number | undefined): string {
  const width = /±[\d.]+ %/.exec(plan.label)?.[0];
  const soak = soakS === undefined ? 'not confirmed' : `confirmed by a soak of ${spanText(Math.round(soakS))}`;
  return [
    ...(ending === 'at-least' ? ['at least'] : []),
    estimated ? `estimate${width === undefined ? '' : ` ${width}`}` : 'no estimate',
    soak,
  ].join('; ');
}

/** Largest rate of a short trial that passed; the search may look for its limit at lower ones that it never tried. */
function shortTrialsPassed(trials: CapacityAnswer['trials']): string {
  const passed = trials
    .filter(({ purpose, outcome }) => outcome === 'pass' && purpose !== 'soak' && purpose !== 'warm-up')
    .map(({ offeredRate }) => offeredRate);
  return passed.length === 0 ? '' : `; short trials passed up to ${rateText(Math.max(...passed))}`;
}

/** The condition that decided the failed trial at the lowest rate. */
function bindingOf(trials: readonly ReportedTrial[], conditions: readonly SloCondition[]): string | undefined {
  const failed = trials
    .filter(({ verdict, facts }) => verdict.outcome === 'fail' && verdict.condition !== undefined && facts.purpose !== 'warm-up')
    .sort((a, b) => a.facts.rate - b.facts.rate)[0];
  return failed?.verdict.condition === undefined ? undefined : conditions[failed.verdict.condition]?.name;
}

function summaryOf(answer: Omit<CapacityAnswer, 'summary'>, end: SearchEnd, soakS: number | undefined): string {
  const { interval, estimate, bindingCondition, ending } = answer;
  const { confirmedPass, smallestFail } = interval;
  const about =
    estimate === undefined
      ? ''
      : `; estimate ${rateText(estimate.rate)} (${rateText(estimate.low)} to ${rateText(estimate.high)})`;
  const binds = bindingCondition === undefined ? '' : `, limited by ${bindingCondition}`;
  const confirmed =
    confirmedPass === undefined
      ? ''
      : `${rateText(confirmedPass)} met the SLO${soakS === undefined ? '' : ` for ${spanText(Math.round(soakS))}`}`;
  switch (ending) {
    case 'confirmed':
      return `${confirmed}${smallestFail === undefined ? '' : `, ${rateText(smallestFail)} did not`}${about}${binds}`;
    case 'at-least':
      return confirmedPass === undefined ? end.reason : `at least ${rateText(confirmedPass)}: ${end.reason}`;
    case 'nothing-passes':
      return `${end.reason}${binds}`;
    case 'unconfirmed':
      return `nothing was confirmed (${end.reason})${shortTrialsPassed(answer.trials)}${about}`;
    case 'invalid':
      return `no figure: ${end.reason}`;
    case 'interrupted':
      return `stopped (${end.reason})${confirmed === '' ? shortTrialsPassed(answer.trials) : `; ${confirmed}`}${about}`;
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
