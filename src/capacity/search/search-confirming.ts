import type { SearchAction } from './search-action.js';
import { rateText, type SearchState } from './search-state.js';
import type { TrialVerdict } from './trial-verdict.js';

export const SOAK_SETTLE_S = 3;
const REFINE_AT_MOST = 8;
const REFINE_S = 60;
const REFINE_AT_LEAST_S = 15;
/** A soak that failed is tried again this much lower. */
const LOWER = 1.05;

/** The soak at the rate that is to be confirmed. @param leftS seconds to the deadline */
export function nextSoak(state: SearchState, leftS: number): SearchAction {
  const { soakS } = state.options.plan;
  if (SOAK_SETTLE_S + soakS + state.reserveS > leftS)
    return state.endWith('unconfirmed', `out of time: no soak of ${soakS} s was left`);
  return state.trial('soak', state.vote.rate, SOAK_SETTLE_S, soakS);
}

export function recordSoak(state: SearchState, { outcome, reason }: TrialVerdict): void {
  const { rate } = state.vote;
  if (outcome === 'pass') {
    state.confirmed = rate;
    state.lo = rate;
    state.phase = 'refine';
    state.vote.invalid = 0;
  } else if (outcome === 'insufficient') state.finish('unconfirmed', `the soak could not be judged: ${reason}`);
  else {
    state.failsAt(rate);
    const lower = Math.min(rate / LOWER, state.estimate?.rate ?? Number.POSITIVE_INFINITY);
    state.lo = lower;
    state.vote.start(lower);
  }
}

/** A longer trial at the estimate while it is wider than the plan aims at and time is left; then the end. */
export function nextRefine(state: SearchState, leftS: number): SearchAction {
  const { targetHalfWidth } = state.options.plan;
  const { estimate } = state;
  const measureS = Math.min(REFINE_S, leftS - SOAK_SETTLE_S - state.reserveS);
  const done =
    targetHalfWidth === undefined ||
    estimate === undefined ||
    Math.log(estimate.high / estimate.low) / 2 <= targetHalfWidth ||
    state.refined >= REFINE_AT_MOST ||
    state.vote.invalid >= 3 ||
    measureS < REFINE_AT_LEAST_S;
  return done ? confirmedEnd(state) : state.trial('refine', estimate.rate, SOAK_SETTLE_S, measureS);
}

function confirmedEnd(state: SearchState): SearchAction {
  if (state.generatorLimited)
    return state.endWith(
      'at-least',
      `the generator is late from ${rateText(state.generatorLimit as number)} on: the target carries at least what was confirmed`,
    );
  // One failure decides nothing, but it is no silence either: the rate above was not settled in this budget.
  if (state.hi === undefined && state.trials.some(({ verdict }) => verdict.outcome === 'fail'))
    return state.endWith('confirmed', 'the soak passed; the budget ended before a rate above it was settled');
  if (state.hi === undefined)
    return state.endWith('at-least', state.atHighest ? 'nothing failed up to the highest rate allowed' : 'nothing failed');
  return state.endWith('confirmed', 'the soak passed');
}
