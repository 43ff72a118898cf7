import type { SearchAction } from './search-action.js';
import { nextSoak, SOAK_SETTLE_S } from './search-confirming.js';
import { trialLengthS } from './search-plan.js';
import { rateText, type SearchState } from './search-state.js';
import { type SteadyMisses, steadyMisses } from './steady-misses.js';
import type { TrialVerdict } from './trial-verdict.js';

const SETTLE_S = 2;
const DOUBLE_S = 8;
/** Below this ratio of smallest fail to largest pass a single trial decides nothing. */
const NARROW = 1.3;
const LOWEST_SHARE = 1 / 16;
const MAY_BE_INSUFFICIENT = 3;

/** The next trial of doubling. @param leftS seconds to the deadline */
export const nextDouble = (state: SearchState, leftS: number): SearchAction => short(state, 'double', DOUBLE_S, leftS);

/** The next trial between the largest pass and the smallest fail; the soak where the bracket is narrow enough. */
export function nextBisect(state: SearchState, leftS: number): SearchAction {
  const { plan } = state.options;
  const lo = state.lo as number;
  if (state.top / lo <= plan.width) return toSoak(state, leftS);
  if (state.vote.isOpen) state.vote.rate = Math.sqrt(lo * state.top);
  return short(state, 'bisect', isCoarse(state) ? plan.coarseS : plan.fineS, leftS);
}

/** A trial of doubling or bisecting, unless what is left must be kept for the soak. */
function short(state: SearchState, purpose: 'double' | 'bisect', baseS: number, leftS: number): SearchAction {
  const { vote, reserveS, lo } = state;
  const measureS = trialLengthS(baseS, state.fewest, vote.rate, leftS);
  const ownS = SETTLE_S + measureS + reserveS;
  const soakS = lo === undefined ? 0 : SOAK_SETTLE_S + state.options.plan.soakS + reserveS;
  if (ownS + soakS <= leftS) return state.trial(purpose, vote.rate, SETTLE_S, measureS);
  if (lo === undefined) return state.endWith('unconfirmed', 'out of time before any rate passed');
  return toSoak(state, leftS);
}

const isCoarse = ({ options, top, lo }: SearchState): boolean => options.plan.votes === 1 || top / (lo as number) > NARROW;

function toSoak(state: SearchState, leftS: number): SearchAction {
  state.enter('soak', state.soakRate);
  return nextSoak(state, leftS);
}

export function recordDouble(state: SearchState, verdict: TrialVerdict): void {
  const { vote, options } = state;
  const { rate } = vote;
  if (verdict.outcome === 'pass') {
    state.lo = Math.max(state.lo ?? 0, rate);
    if (state.hi !== undefined) state.enter('bisect', rate);
    else raise(state);
  } else if (verdict.outcome === 'insufficient') {
    vote.insufficient++;
    // Below a rate that failed there is nowhere to double to; the same rate again may bring a few more calls.
    if (state.hi === undefined) raise(state);
    else if (vote.insufficient >= MAY_BE_INSUFFICIENT)
      state.finish('unconfirmed', `too few calls at ${rateText(rate)} to judge it in this budget`);
  } else {
    vote.fail(verdict);
    if (vote.fails < 2) return;
    state.failsAt(rate);
    const steady = state.lo === undefined ? steadyMisses(state.trials) : undefined;
    if (state.lo !== undefined) state.enter('bisect', rate);
    else if (steady !== undefined) state.finish('nothing-passes', steadyText(steady, options.conditions));
    else if (rate / 2 < options.startRate * LOWEST_SHARE)
      state.finish('nothing-passes', `nothing passes down to ${rateText(rate)}, a sixteenth of the start`);
    else vote.start(rate / 2);
  }
}

/** Lower rates would only say it again. */
function steadyText(
  { condition, low, high, lowestRate, highestRate }: SteadyMisses,
  conditions: SearchState['options']['conditions'],
): string {
  const [from, to] = [percent(low), percent(high)];
  const share = from === to ? `${from} %` : `${from} to ${to} %`;
  return `${share} of the calls miss ${conditions[condition]?.name ?? 'the SLO'} at every rate from ${rateText(highestRate)} down to ${rateText(lowestRate)}: the misses do not depend on the rate, so no lower one was tried`;
}

const percent = (share: number): number => Number((100 * share).toPrecision(2));

/** Twice the rate; at the highest rate allowed the soak is next. */
function raise(state: SearchState): void {
  const { highestRate } = state.options;
  const { rate } = state.vote;
  if (highestRate === undefined || rate < highestRate) {
    state.vote.start(state.capped(rate * 2));
    return;
  }
  state.atHighest = true;
  state.enter('soak', state.lo ?? rate);
  if (state.lo === undefined) state.finish('unconfirmed', `too few calls at ${rateText(rate)}, the highest rate allowed`);
}

export function recordBisect(state: SearchState, verdict: TrialVerdict): void {
  const { vote } = state;
  if (verdict.outcome === 'pass') vote.passes++;
  else if (verdict.outcome === 'fail') vote.fail(verdict);
  else vote.insufficient++;
  if (vote.passes >= (isCoarse(state) ? 1 : 2)) {
    state.lo = vote.rate;
    vote.start(vote.rate);
  } else if (vote.fails >= 2) {
    state.hi = vote.rate;
    vote.start(vote.rate);
  } else if (vote.insufficient >= MAY_BE_INSUFFICIENT) state.enter('soak', state.soakRate);
}
