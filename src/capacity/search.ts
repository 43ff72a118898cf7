import type { Estimate } from './estimate.js';
import { type JudgedFacts, lowestEstimate } from './estimate-conditions.js';
import { fewestCalls, type SearchPlan, trialLengthS } from './search-plan.js';
import { longestLimitMs, type SloCondition } from './slo-condition.js';
import type { TrialFacts } from './trial-facts.js';
import { type TrialVerdict, verdictOf } from './trial-verdict.js';

export interface SearchOptions {
  readonly plan: SearchPlan;
  /** First rate, calls/s. */
  readonly startRate: number;
  /** Highest rate that may be tried; absent: none. */
  readonly highestRate?: number;
  readonly conditions: readonly SloCondition[];
}

export type SearchPurpose = 'double' | 'bisect' | 'soak' | 'refine';

/** What the search asks for next. Times in seconds, rates in calls/s. */
export type SearchAction =
  | { readonly do: 'warm-up'; readonly rate: number; readonly capS: number }
  | {
      readonly do: 'trial';
      readonly purpose: SearchPurpose;
      readonly rate: number;
      readonly settleS: number;
      readonly measureS: number;
    }
  | { readonly do: 'end'; readonly end: SearchEnd };

export interface SearchEnd {
  readonly ending: 'confirmed' | 'at-least' | 'nothing-passes' | 'unconfirmed' | 'invalid' | 'interrupted' | 'degraded-for-good';
  /** Why, in words. */
  readonly reason: string;
  /** Offered rate of the last passed soak. */
  readonly confirmedRate?: number;
  /** Largest rate that passed a trial. */
  readonly largestPass?: number;
  readonly smallestFail?: number;
  /** Rate from which the generator was late. */
  readonly generatorLimit?: number;
}

const SETTLE_S = 2;
const LONG_SETTLE_S = 3;
const DOUBLE_S = 8;
/** Below this ratio of smallest fail to largest pass a single trial decides nothing. */
const NARROW = 1.3;
const LOWEST_SHARE = 1 / 16;
const REFINE_AT_MOST = 8;
const REFINE_S = 60;
const REFINE_AT_LEAST_S = 15;
const MAY_BE_INSUFFICIENT = 3;

type Phase = 'warm-up' | 'double' | 'bisect' | 'soak' | 'refine' | 'ended';

/**
 * The search for the highest rate that meets an SLO: warm up, double, bisect geometrically with trials that vote, soak, refine the
 * estimate. A state machine without clock or socket: `next` says what to do, `record` takes what came of it. The budget is a hard
 * deadline: a trial is asked for only if its settle, its length and a drain fit. Rules and constants: docs/capacity.md.
 */
export class Search {
  readonly #plan: SearchPlan;
  readonly #options: SearchOptions;
  readonly #reserveS: number;
  readonly #fewest: number;
  readonly #trials: JudgedFacts[] = [];
  #phase: Phase = 'warm-up';
  #rate: number;
  #lo: number | undefined;
  #hi: number | undefined;
  #generatorLimit: number | undefined;
  #confirmed: number | undefined;
  #passes = 0;
  #fails = 0;
  #insufficient = 0;
  #invalid = 0;
  #refined = 0;
  #atHighest = false;
  #end: SearchEnd | undefined;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#rate = this.#capped(options.startRate);
    this.#fewest = fewestCalls(options.conditions);
    // Kept free for the drain.
    this.#reserveS = 0.5 + Math.min(10, 2 * (longestLimitMs(options.conditions) / 1000) + 1);
  }

  /** Every trial with its verdict, in order. */
  get trials(): readonly JudgedFacts[] {
    return this.#trials;
  }

  /** The estimate from the trials so far; absent where the generator was the limit, or nothing passed or failed. */
  get estimate(): (Estimate & { readonly condition: number }) | undefined {
    return this.#generatorLimited ? undefined : lowestEstimate(this.#trials, this.#options.conditions);
  }

  /** @param nowS seconds since the search began */
  next(nowS: number): SearchAction {
    const leftS = this.#plan.budgetS - nowS;
    switch (this.#phase) {
      case 'warm-up':
        return {
          do: 'warm-up',
          rate: this.#capped(4 * this.#options.startRate),
          capS: Math.min(this.#plan.warmUpCapS, leftS / 4),
        };
      case 'double':
        return this.#short('double', DOUBLE_S, leftS);
      case 'bisect':
        return this.#bisect(leftS);
      case 'soak':
        return this.#soak(leftS);
      case 'refine':
        return this.#refine(leftS);
      case 'ended':
        return { do: 'end', end: this.#end as SearchEnd };
    }
  }

  /** The warm-up is over, whatever came of it. */
  warmedUp(): void {
    if (this.#phase === 'warm-up') this.#phase = 'double';
  }

  /**
   * Takes the outcome of the trial that `next` asked for.
   * @param cameBack false when the target did not answer as before, without load, after the drain: overload degraded it for good
   */
  record(facts: TrialFacts, cameBack = true): TrialVerdict {
    const verdict = verdictOf(facts, this.#options.conditions);
    this.#trials.push({ facts, verdict });
    if (!cameBack) {
      this.#finish(
        'degraded-for-good',
        `after ${rateText(facts.rate)} the target did not come back: without load it answers worse than before`,
      );
    } else if (verdict.outcome === 'invalid') this.#recordInvalid(verdict);
    else {
      this.#invalid = 0;
      switch (this.#phase) {
        case 'double':
          this.#recordDouble(verdict);
          break;
        case 'bisect':
          this.#recordBisect(verdict);
          break;
        case 'soak':
          this.#recordSoak(verdict);
          break;
        default:
          this.#refined++;
      }
    }
    return verdict;
  }

  /** Ends the search where it stands: the user stopped it, or the target is gone. */
  interrupt(reason: string): SearchEnd {
    if (this.#end === undefined) this.#finish('interrupted', reason);
    return this.#end as unknown as SearchEnd;
  }

  get #top(): number {
    return Math.min(this.#hi ?? Number.POSITIVE_INFINITY, this.#generatorLimit ?? Number.POSITIVE_INFINITY);
  }

  get #generatorLimited(): boolean {
    return this.#generatorLimit !== undefined && this.#generatorLimit < (this.#hi ?? Number.POSITIVE_INFINITY);
  }

  #capped(rate: number): number {
    return Math.min(rate, this.#options.highestRate ?? Number.POSITIVE_INFINITY);
  }

  #trial(purpose: SearchPurpose, rate: number, settleS: number, measureS: number): SearchAction {
    return { do: 'trial', purpose, rate, settleS, measureS };
  }

  #endWith(ending: SearchEnd['ending'], reason: string): SearchAction {
    this.#finish(ending, reason);
    return { do: 'end', end: this.#end as SearchEnd };
  }

  #finish(ending: SearchEnd['ending'], reason: string): void {
    this.#phase = 'ended';
    this.#end = {
      ending,
      reason,
      ...(this.#confirmed === undefined ? {} : { confirmedRate: this.#confirmed }),
      ...(this.#lo === undefined ? {} : { largestPass: this.#lo }),
      ...(this.#hi === undefined ? {} : { smallestFail: this.#hi }),
      ...(this.#generatorLimit === undefined ? {} : { generatorLimit: this.#generatorLimit }),
    };
  }

  /** A trial of doubling or bisecting, unless what is left must be kept for the soak. */
  #short(purpose: 'double' | 'bisect', baseS: number, leftS: number): SearchAction {
    const measureS = trialLengthS(baseS, this.#fewest, this.#rate, leftS);
    const ownS = SETTLE_S + measureS + this.#reserveS;
    const soakS = this.#lo === undefined ? 0 : LONG_SETTLE_S + this.#plan.soakS + this.#reserveS;
    if (ownS + soakS <= leftS) return this.#trial(purpose, this.#rate, SETTLE_S, measureS);
    if (this.#lo === undefined) return this.#endWith('unconfirmed', 'out of time before any rate passed');
    return this.#toSoak(leftS);
  }

  #bisect(leftS: number): SearchAction {
    const lo = this.#lo as number;
    const top = this.#top;
    if (top / lo <= this.#plan.width) return this.#toSoak(leftS);
    if (this.#passes + this.#fails + this.#insufficient + this.#invalid === 0) this.#rate = Math.sqrt(lo * top);
    return this.#short('bisect', this.#isCoarse ? this.#plan.coarseS : this.#plan.fineS, leftS);
  }

  get #isCoarse(): boolean {
    return this.#plan.votes === 1 || this.#top / (this.#lo as number) > NARROW;
  }

  #toSoak(leftS: number): SearchAction {
    this.#phase = 'soak';
    this.#startVote(Math.min(this.#lo as number, this.estimate?.rate ?? Number.POSITIVE_INFINITY));
    return this.#soak(leftS);
  }

  #soak(leftS: number): SearchAction {
    if (LONG_SETTLE_S + this.#plan.soakS + this.#reserveS > leftS)
      return this.#endWith('unconfirmed', `out of time: no soak of ${this.#plan.soakS} s was left`);
    return this.#trial('soak', this.#rate, LONG_SETTLE_S, this.#plan.soakS);
  }

  #refine(leftS: number): SearchAction {
    const { targetHalfWidth } = this.#plan;
    const estimate = this.estimate;
    const measureS = Math.min(REFINE_S, leftS - LONG_SETTLE_S - this.#reserveS);
    const done =
      targetHalfWidth === undefined ||
      estimate === undefined ||
      Math.log(estimate.high / estimate.low) / 2 <= targetHalfWidth ||
      this.#refined >= REFINE_AT_MOST ||
      this.#invalid >= 3 ||
      measureS < REFINE_AT_LEAST_S;
    if (!done) return this.#trial('refine', estimate.rate, LONG_SETTLE_S, measureS);
    if (this.#generatorLimited)
      return this.#endWith(
        'at-least',
        `the generator is late from ${rateText(this.#generatorLimit as number)} on: the target carries at least what was confirmed`,
      );
    // One failure decides nothing, but it is no silence either: the rate above was not settled in this budget.
    if (this.#hi === undefined && this.#trials.some(({ verdict }) => verdict.outcome === 'fail'))
      return this.#endWith('confirmed', 'the soak passed; the budget ended before a rate above it was settled');
    if (this.#hi === undefined)
      return this.#endWith('at-least', this.#atHighest ? 'nothing failed up to the highest rate allowed' : 'nothing failed');
    return this.#endWith('confirmed', 'the soak passed');
  }

  #startVote(rate: number): void {
    this.#rate = rate;
    this.#passes = 0;
    this.#fails = 0;
    this.#insufficient = 0;
    this.#invalid = 0;
  }

  #recordDouble({ outcome, rule }: TrialVerdict): void {
    if (outcome === 'pass') {
      this.#lo = Math.max(this.#lo ?? 0, this.#rate);
      if (this.#hi !== undefined) this.#toBisect();
      else this.#raise();
    } else if (outcome === 'insufficient') {
      this.#insufficient++;
      // Below a rate that failed there is nowhere to double to; the same rate again may bring a few more calls.
      if (this.#hi === undefined) this.#raise();
      else if (this.#insufficient >= MAY_BE_INSUFFICIENT)
        this.#finish('unconfirmed', `too few calls at ${rateText(this.#rate)} to judge it in this budget`);
    } else {
      this.#fails += rule === 'in-flight' ? 2 : 1;
      if (this.#fails < 2) return;
      this.#hi = Math.min(this.#hi ?? Number.POSITIVE_INFINITY, this.#rate);
      if (this.#lo !== undefined) this.#toBisect();
      else if (this.#rate / 2 < this.#options.startRate * LOWEST_SHARE)
        this.#finish('nothing-passes', `nothing passes down to ${rateText(this.#rate)}, a sixteenth of the start`);
      else this.#startVote(this.#rate / 2);
    }
  }

  /** Twice the rate; at the highest rate allowed the soak is next. */
  #raise(): void {
    const { highestRate } = this.#options;
    if (highestRate !== undefined && this.#rate >= highestRate) {
      this.#atHighest = true;
      this.#phase = 'soak';
      this.#startVote(this.#lo ?? this.#rate);
      if (this.#lo === undefined)
        this.#finish('unconfirmed', `too few calls at ${rateText(this.#rate)}, the highest rate allowed`);
    } else this.#startVote(this.#capped(this.#rate * 2));
  }

  #toBisect(): void {
    this.#phase = 'bisect';
    this.#startVote(this.#rate);
  }

  #recordBisect({ outcome, rule }: TrialVerdict): void {
    if (outcome === 'pass') this.#passes++;
    else if (outcome === 'fail') this.#fails += rule === 'in-flight' ? 2 : 1;
    else this.#insufficient++;
    if (this.#passes >= (this.#isCoarse ? 1 : 2)) {
      this.#lo = this.#rate;
      this.#startVote(this.#rate);
    } else if (this.#fails >= 2) {
      this.#hi = this.#rate;
      this.#startVote(this.#rate);
    } else if (this.#insufficient >= MAY_BE_INSUFFICIENT) {
      this.#phase = 'soak';
      this.#startVote(Math.min(this.#lo as number, this.estimate?.rate ?? Number.POSITIVE_INFINITY));
    }
  }

  #recordSoak({ outcome, reason }: TrialVerdict): void {
    if (outcome === 'pass') {
      this.#confirmed = this.#rate;
      this.#lo = this.#rate;
      this.#phase = 'refine';
      this.#invalid = 0;
    } else if (outcome === 'insufficient') this.#finish('unconfirmed', `the soak could not be judged: ${reason}`);
    else {
      this.#hi = Math.min(this.#hi ?? Number.POSITIVE_INFINITY, this.#rate);
      const lower = Math.min(this.#rate / 1.05, this.estimate?.rate ?? Number.POSITIVE_INFINITY);
      this.#lo = lower;
      this.#startVote(lower);
    }
  }

  /** An invalid trial is repeated; several in a row at one rate are the limit of the generator. */
  #recordInvalid({ rule, reason }: TrialVerdict): void {
    this.#invalid++;
    const patience = this.#phase === 'soak' || (this.#generatorLimit !== undefined && this.#phase !== 'refine') ? 2 : 3;
    if (this.#invalid < patience || this.#phase === 'refine') return;
    if (rule !== 'late') {
      this.#finish('invalid', reason);
      return;
    }
    this.#generatorLimit = this.#rate;
    if (this.#lo === undefined) {
      this.#finish('invalid', `the generator is late at ${rateText(this.#rate)}, before any rate passed`);
    } else if (this.#phase === 'soak') {
      this.#lo = this.#rate / 1.1;
      this.#startVote(this.#lo);
    } else this.#toBisect();
  }
}

const rateText = (perS: number): string => `${Number(perS.toFixed(perS < 10 ? 2 : 1))}/s`;
