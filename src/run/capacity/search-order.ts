import { RECOVERY_PLANS, recoveryBudgetS } from '../../capacity/recovery/recovery-plan.js';
import { SEARCH_PLANS } from '../../capacity/search/search-plan.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Budget } from '../../journal/search-plan.js';
import type { RecoveryStart } from '../../journal/start-entry.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { SearchOrder } from './capacity-request.js';
import { searchesUnder } from './search-entry.js';

/** Longest that the closed sweep may take; it needs five to six minutes. */
const SWEEP_S = 600;

/**
 * What `capacity` of a scenario asks for.
 * @param more whether the closed sweep for the law is made too (with a budget of 20m it always is), and the search for hidden capacity
 * @throws PlimsollError with exit code 2 where `under` names no fault to recover from.
 */
export function searchOrderOf(
  scenario: Scenario,
  more: { readonly law?: boolean; readonly recoverySearch?: boolean } = {},
): SearchOrder {
  const { budget, under, start: startRate, target, instance } = scenario.capacity;
  const searches = searchesUnder(scenario, under);
  const recovery = more.recoverySearch === true ? recoveryOf(scenario, under, budget) : undefined;
  const plan = SEARCH_PLANS[budget];
  return {
    searches,
    plan,
    sweepS: SWEEP_S,
    mostSessions: instance.maxSessions,
    start: {
      budget,
      plan,
      startRate,
      arrivals: scenario.load.arrivals,
      instances: target.instances,
      law: more.law === true || budget === '20m',
      ...(recovery === undefined ? {} : { recovery }),
    },
  };
}

/**
 * What `--recovery-search` sets out to do.
 * @throws PlimsollError with exit code 2 when `under` names no fault to recover from, or not the healthy capacity that loads are shares of.
 */
function recoveryOf({ load }: Scenario, under: readonly string[], budget: Budget): RecoveryStart {
  const found = `found ${under.join(', ')}`;
  if (under.every((entry) => entry === 'none')) {
    throw new PlimsollError(`--recovery-search needs a fault to recover from in capacity.under: ${found}`, 'usage', {
      hint: 'add one, for instance --under none --under slow-dependency@postgres',
    });
  }
  if (!under.includes('none')) {
    throw new PlimsollError(
      `--recovery-search needs \`none\` in capacity.under, because its loads are shares of the healthy capacity: ${found}`,
      'usage',
      { hint: 'add --under none' },
    );
  }
  const plan = RECOVERY_PLANS[budget];
  return { plan, budgetS: recoveryBudgetS(plan), ...(load.retry === undefined ? {} : { retry: load.retry }) };
}
