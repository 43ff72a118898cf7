import type { SearchEnd } from '../../journal/search-end.js';
import type { Estimate } from './estimate.js';
import { type JudgedFacts, lowestEstimate } from './estimate-conditions.js';
import type { SearchAction, SearchOptions, SearchPurpose } from './search-action.js';
import { fewestCalls } from './search-plan.js';
import { SearchVote } from './search-vote.js';
import { longestLimitMs } from './slo-condition.js';

export type SearchPhase = 'warm-up' | 'double' | 'bisect' | 'soak' | 'refine' | 'ended';

/** Where a search stands: its bracket, the rate that is being voted on, its trials and, once there is one, its end. */
export class SearchState {
  phase: SearchPhase = 'warm-up';
  readonly vote: SearchVote;
  /** Largest rate that passed, and smallest that failed, calls/s. */
  lo: number | undefined;
  hi: number | undefined;
  /** Rate from which the generator was late. */
  generatorLimit: number | undefined;
  /** Offered rate of the last passed soak. */
  confirmed: number | undefined;
  /** Trials that refined the estimate. */
  refined = 0;
  /** The rate cannot be raised any more. */
  atHighest = false;
  readonly trials: JudgedFacts[] = [];
  /** Kept free for the drain of a trial, seconds. */
  readonly reserveS: number;
  /** Fewest calls that prove every condition. */
  readonly fewest: number;
  #end: SearchEnd | undefined;

  constructor(readonly options: SearchOptions) {
    this.vote = new SearchVote(this.capped(options.startRate));
    this.fewest = fewestCalls(options.conditions);
    this.reserveS = 0.5 + Math.min(10, 2 * (longestLimitMs(options.conditions) / 1000) + 1);
  }

  get end(): SearchEnd | undefined {
    return this.#end;
  }

  /** The estimate from the trials so far; absent where the generator was the limit, or nothing passed or failed. */
  get estimate(): (Estimate & { readonly condition: number }) | undefined {
    return this.generatorLimited ? undefined : lowestEstimate(this.trials, this.options.conditions);
  }

  /** Upper end of the bracket, calls/s. */
  get top(): number {
    return Math.min(this.hi ?? Number.POSITIVE_INFINITY, this.generatorLimit ?? Number.POSITIVE_INFINITY);
  }

  get generatorLimited(): boolean {
    return this.generatorLimit !== undefined && this.generatorLimit < (this.hi ?? Number.POSITIVE_INFINITY);
  }

  /** The rate that a soak begins at. */
  get soakRate(): number {
    return Math.min(this.lo as number, this.estimate?.rate ?? Number.POSITIVE_INFINITY);
  }

  capped(rate: number): number {
    return Math.min(rate, this.options.highestRate ?? Number.POSITIVE_INFINITY);
  }

  failsAt(rate: number): void {
    this.hi = Math.min(this.hi ?? Number.POSITIVE_INFINITY, rate);
  }

  enter(phase: SearchPhase, rate: number): void {
    this.phase = phase;
    this.vote.start(rate);
  }

  trial(purpose: SearchPurpose, rate: number, settleS: number, measureS: number): SearchAction {
    return { do: 'trial', purpose, rate, settleS, measureS };
  }

  endWith(ending: SearchEnd['ending'], reason: string): SearchAction {
    return { do: 'end', end: this.finish(ending, reason) };
  }

  finish(ending: SearchEnd['ending'], reason: string): SearchEnd {
    this.phase = 'ended';
    const end: SearchEnd = {
      ending,
      reason,
      ...(this.confirmed === undefined ? {} : { confirmedRate: this.confirmed }),
      ...(this.lo === undefined ? {} : { largestPass: this.lo }),
      ...(this.hi === undefined ? {} : { smallestFail: this.hi }),
      ...(this.generatorLimit === undefined ? {} : { generatorLimit: this.generatorLimit }),
    };
    this.#end = end;
    return end;
  }
}

export const rateText = (perS: number): string => `${Number(perS.toFixed(perS < 10 ? 2 : 1))}/s`;
