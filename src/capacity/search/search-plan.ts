import type { Budget, SearchPlan } from '../../journal/search-plan.js';
import { minimumSamples } from '../../statistics/minimum-samples.js';
import { countText, rateText } from '../../text/figure-text.js';
import type { SloCondition } from './slo-condition.js';

const TEN: Omit<SearchPlan, 'budgetS' | 'label'> = {
  warmUpCapS: 60,
  width: 1.05,
  soakS: 120,
  coarseS: 10,
  fineS: 15,
  votes: 3,
  targetHalfWidth: 0.095,
};

/** The plans of the budgets. 20m searches as 10m does; the rest of its time is for the closed sweep. */
export const SEARCH_PLANS: Readonly<Record<Budget, SearchPlan>> = {
  '2m': {
    budgetS: 120,
    warmUpCapS: 12,
    width: 1.25,
    soakS: 20,
    coarseS: 8,
    fineS: 8,
    votes: 1,
    label: 'estimate ±25 %; soak of 20 s',
  },
  '5m': {
    budgetS: 300,
    warmUpCapS: 30,
    width: 1.1,
    soakS: 60,
    coarseS: 10,
    fineS: 15,
    votes: 3,
    targetHalfWidth: 0.14,
    label: 'estimate ±13 %; soak of 60 s',
  },
  '10m': { ...TEN, budgetS: 600, label: 'estimate ±9 %; soak of 120 s' },
  '20m': { ...TEN, budgetS: 600, label: 'estimate ±9 %; soak of 120 s' },
};

/** Fewest calls that a trial needs to prove all conditions. */
export const fewestCalls = (conditions: readonly SloCondition[]): number =>
  Math.max(1, ...conditions.map(({ quantile }) => minimumSamples(quantile)));

/**
 * Length of a trial: long enough that the calls due almost surely suffice (two standard deviations of a Poisson count), and never more
 * than a quarter of the time left.
 * @param baseS 8 s, coarse or fine
 */
export const trialLengthS = (baseS: number, fewest: number, rate: number, leftS: number): number =>
  Math.min(Math.max(baseS, (fewest + 2 * Math.sqrt(fewest)) / rate), leftS / 4);

/** Why a plan can confirm nothing at a rate: its soak holds too few calls. Undefined where it can. */
export function cannotConfirm(plan: SearchPlan, conditions: readonly SloCondition[], rate: number): string | undefined {
  const worst = conditions.reduce<SloCondition | undefined>(
    (most, each) => (most === undefined || minimumSamples(each.quantile) > minimumSamples(most.quantile) ? each : most),
    undefined,
  );
  if (worst === undefined) return undefined;
  const needed = minimumSamples(worst.quantile);
  const neededRate = needed / plan.soakS;
  if (rate >= neededRate) return undefined;
  return `below ${rateText(neededRate)} this budget confirms nothing: its soak of ${plan.soakS} s must hold the ${countText(needed, 'call')} that ${worst.name} needs`;
}
