import { SEARCH_PLANS } from '../../capacity/search/search-plan.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { SearchOrder } from './capacity-request.js';
import { recoveryOf } from './recovery-start.js';
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
