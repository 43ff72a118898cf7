import type { SearchEnd } from '../../journal/search-end.js';
import type { Estimate } from './estimate.js';
import type { JudgedFacts } from './estimate-conditions.js';
import type { SearchAction, SearchOptions } from './search-action.js';
import { nextRefine, nextSoak, recordSoak } from './search-confirming.js';
import { nextBisect, nextDouble, recordBisect, recordDouble } from './search-narrowing.js';
import { rateText, SearchState } from './search-state.js';
import type { TrialFacts } from './trial-facts.js';
import { type TrialVerdict, verdictOf } from './trial-verdict.js';

/**
 * The search for the highest rate that meets an SLO: warm up, double, bisect geometrically with trials that vote, soak, refine the
 * estimate. A state machine without clock or socket: `next` says what to do, `record` takes what came of it. The budget is a hard
 * deadline: a trial is asked for only if its settle, its length and a drain fit. Rules and constants: docs/capacity.md.
 */
export class Search {
  readonly #state: SearchState;

  constructor(options: SearchOptions) {
    this.#state = new SearchState(options);
  }

  /** Every trial with its verdict, in order. */
  get trials(): readonly JudgedFacts[] {
    return this.#state.trials;
  }

  /** The estimate from the trials so far; absent where the generator was the limit, or nothing passed or failed. */
  get estimate(): (Estimate & { readonly condition: number }) | undefined {
    return this.#state.estimate;
  }

  /** @param nowS seconds since the search began */
  next(nowS: number): SearchAction {
    const state = this.#state;
    const { plan, startRate } = state.options;
    const leftS = plan.budgetS - nowS;
    switch (state.phase) {
      case 'warm-up':
        return { do: 'warm-up', rate: state.capped(4 * startRate), capS: Math.min(plan.warmUpCapS, leftS / 4) };
      case 'double':
        return nextDouble(state, leftS);
      case 'bisect':
        return nextBisect(state, leftS);
      case 'soak':
        return nextSoak(state, leftS);
      case 'refine':
        return nextRefine(state, leftS);
      case 'ended':
        return { do: 'end', end: state.end as SearchEnd };
    }
  }

  /** The warm-up is over, whatever came of it. */
  warmedUp(): void {
    if (this.#state.phase === 'warm-up') this.#state.phase = 'double';
  }

  /**
   * Takes the outcome of the trial that `next` asked for.
   * @param cameBack false when the target did not answer within the SLO, without load, after the drain
   */
  record(facts: TrialFacts, cameBack = true): TrialVerdict {
    const state = this.#state;
    const verdict = verdictOf(facts, state.options.conditions);
    state.trials.push({ facts, verdict });
    if (!cameBack) recordLost(state, facts.rate);
    else if (verdict.outcome === 'invalid') recordInvalid(state, verdict);
    else {
      state.vote.invalid = 0;
      if (state.phase === 'double') recordDouble(state, verdict);
      else if (state.phase === 'bisect') recordBisect(state, verdict);
      else if (state.phase === 'soak') recordSoak(state, verdict);
      else state.refined++;
    }
    return verdict;
  }

  /** Ends the search where it stands: the user stopped it, or the target is gone. */
  interrupt(reason: string): SearchEnd {
    return this.#state.end ?? this.#state.finish('interrupted', reason);
  }
}

/** No answer as before, without load. Where nothing ever passed there is no before. */
function recordLost(state: SearchState, rate: number): void {
  if (state.trials.some(({ verdict }) => verdict.outcome === 'pass')) {
    const text = 'the target did not come back: without load it answers worse than before';
    state.finish('degraded-for-good', `after ${rateText(rate)} ${text}`);
  } else {
    const text = 'one caller alone is not answered within the SLO either, and no rate passed before';
    state.finish('nothing-passes', `after ${rateText(rate)} ${text}`);
  }
}

/** An invalid trial is repeated; several in a row at one rate are the limit of the generator. */
function recordInvalid(state: SearchState, { rule, reason }: TrialVerdict): void {
  const { vote } = state;
  vote.invalid++;
  const patience = state.phase === 'soak' || (state.generatorLimit !== undefined && state.phase !== 'refine') ? 2 : 3;
  if (vote.invalid < patience || state.phase === 'refine') return;
  if (rule !== 'late') {
    state.finish('invalid', reason);
    return;
  }
  state.generatorLimit = vote.rate;
  if (state.lo === undefined) {
    state.finish('invalid', `the generator is late at ${rateText(vote.rate)}, before any rate passed`);
  } else if (state.phase === 'soak') {
    state.lo = vote.rate / 1.1;
    vote.start(state.lo);
  } else state.enter('bisect', vote.rate);
}
