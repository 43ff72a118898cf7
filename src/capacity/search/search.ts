import type { SearchEnd } from '../../journal/search-end.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import { compact } from '../../scenario/file/compact.js';
import { rateText, shareText, spanText } from '../../text/figure-text.js';
import type { Estimate } from './estimate.js';
import { type JudgedFacts, lowestEstimate } from './estimate-conditions.js';
import { fewestCalls, trialLengthS } from './search-plan.js';
import { longestLimitMs, type SloCondition } from './slo-condition.js';
import { type SteadyMisses, steadyMisses } from './steady-misses.js';
import type { TrialFacts } from './trial-facts.js';
import { type TrialVerdict, verdictOf } from './trial-verdict.js';

export interface SearchOptions {
  readonly plan: SearchPlan;
  /** First rate, calls/s. */
  readonly startRate: number;
  /** Rate of the warm-up, calls/s. */
  readonly warmUpRate: number;
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
      /** Longest that it may wait for a quiet machine before, seconds; absent: it does not wait. */
      readonly quietS?: number;
    }
  | { readonly do: 'end'; readonly end: SearchEnd };

/** Settles before a short trial, and before a soak or a trial that refines, seconds. */
const SETTLE_S = 2;
const LONG_SETTLE_S = 3;
const DOUBLE_S = 8;
/** Below this ratio of smallest fail to largest pass a single trial decides nothing. */
const NARROW = 1.3;
/** Doubling downwards ends at this share of the start. */
const LOWEST_SHARE = 1 / 16;
const MAY_BE_INSUFFICIENT = 3;
/** A soak that failed is tried again this much lower. */
const LOWER = 1.05;
/** One that could not be judged is tried again this much lower. */
const SOAK_LOWER = 1.1;
const REFINE_AT_MOST = 8;
const REFINE_S = 60;
const REFINE_AT_LEAST_S = 15;

/** Trials in doubt at one rate after which it stays undecided; the last of them began on a quiet machine, or after waiting for one. */
const MAY_BE_IN_DOUBT = 3;
/** A soak takes too long to be repeated as often. */
const SOAKS_IN_DOUBT = 2;
/** All waiting for quiet of a search together, as a share of its budget. */
const QUIET_SHARE = 1 / 12;

const NO_VOTES = { passes: 0, fails: 0, insufficient: 0, invalid: 0, doubts: 0 };

/**
 * The search for the highest rate that meets an SLO: warm up, double, bisect geometrically with trials that vote, soak, refine the
 * estimate. A state machine without clock or socket: `next` says what to do, `record` takes what came of it. The budget is a hard
 * deadline: a trial is asked for only if its settle, its length and a drain fit. Rules and constants: docs/capacity.md.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #trials: JudgedFacts[] = [];
  /** Fewest calls that prove every condition. */
  readonly #fewest: number;
  /** Kept free for the drain of a trial, seconds. */
  readonly #reserveS: number;
  #phase: 'warm-up' | 'ended' | SearchPurpose = 'warm-up';
  /** The rate that is being voted on, calls/s, and its trials by outcome; the invalid ones in a row. */
  #rate: number;
  #votes = { ...NO_VOTES };
  /** Largest rate that passed, and smallest that failed. */
  #lo: number | undefined;
  #hi: number | undefined;
  /** Rate from which the generator gave up starts. */
  #generatorLimit: number | undefined;
  /** Lowest rate whose trials stayed in doubt. */
  #undecided: number | undefined;
  /** Time that may still be spent in waiting for a quiet machine, seconds. */
  #quietLeftS: number;
  /** Offered rate of the last passed soak. */
  #confirmed: number | undefined;
  /** A soak was in doubt, and how many more fitted after the last one. */
  #soakInDoubt = false;
  #soaksLeft = 0;
  /** Trials that refined the estimate. */
  #refined = 0;
  /** The rate cannot be raised any more. */
  #atHighest = false;
  #end: SearchEnd | undefined;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#rate = this.#capped(options.startRate);
    this.#fewest = fewestCalls(options.conditions);
    this.#quietLeftS = options.plan.budgetS * QUIET_SHARE;
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
    const { plan, warmUpRate } = this.#options;
    const leftS = plan.budgetS - nowS;
    switch (this.#phase) {
      case 'warm-up':
        return { do: 'warm-up', rate: this.#capped(warmUpRate), capS: Math.min(plan.warmUpCapS, leftS / 4) };
      case 'double':
        return this.#shortTrial('double', DOUBLE_S, leftS);
      case 'bisect':
        return this.#nextBisect(leftS);
      case 'soak':
        return this.#nextSoak(leftS);
      case 'refine':
        return this.#nextRefine(leftS);
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
   * @param cameBack false when the target did not answer within the SLO, without load, after the drain
   */
  record(facts: TrialFacts, cameBack = true): TrialVerdict {
    const verdict = verdictOf(facts, this.#options.conditions);
    this.#trials.push({ facts, verdict });
    if (!cameBack) this.#recordLost(facts.rate);
    else if (verdict.rule === 'doubt') this.#recordDoubt();
    else if (verdict.outcome === 'invalid') this.#recordInvalid(verdict);
    else {
      this.#votes.invalid = 0;
      if (this.#phase === 'double') this.#recordDouble(verdict);
      else if (this.#phase === 'bisect') this.#recordBisect(verdict);
      else if (this.#phase === 'soak') this.#recordSoak(verdict);
      else this.#refined++;
    }
    return verdict;
  }

  /** So long was waited for a quiet machine before a trial, seconds. */
  waited(seconds: number): void {
    this.#quietLeftS -= seconds;
  }

  /** Ends the search at once: the user stopped it, or the target is gone. */
  interrupt(reason: string): SearchEnd {
    return this.#end ?? this.#finish('interrupted', reason);
  }

  // What is next.

  /** A trial of doubling or bisecting, unless what is left must be kept for the soak. */
  #shortTrial(purpose: 'double' | 'bisect', baseS: number, leftS: number): SearchAction {
    const measureS = trialLengthS(baseS, this.#fewest, this.#rate, leftS);
    const ownS = SETTLE_S + measureS + this.#reserveS;
    const soakS = this.#lo === undefined ? 0 : LONG_SETTLE_S + this.#options.plan.soakS + this.#reserveS;
    if (ownS + soakS <= leftS)
      return {
        do: 'trial',
        purpose,
        rate: this.#rate,
        settleS: SETTLE_S,
        measureS,
        // The last trial that a rate gets is worth waiting for.
        ...this.#quiet(Math.max(this.#votes.doubts, this.#votes.invalid) === MAY_BE_IN_DOUBT - 1, leftS - ownS - soakS),
      };
    return this.#lo === undefined ? this.#endWith('unconfirmed', 'out of time before any rate passed') : this.#toSoak(leftS);
  }

  /** The next trial between the largest pass and the smallest fail; the soak where the bracket is narrow enough. */
  #nextBisect(leftS: number): SearchAction {
    const { plan } = this.#options;
    const lo = this.#lo as number;
    if (this.#top / lo <= plan.width) return this.#toSoak(leftS);
    if (Object.values(this.#votes).every((count) => count === 0)) this.#rate = Math.sqrt(lo * this.#top);
    return this.#shortTrial('bisect', this.#isCoarse ? plan.coarseS : plan.fineS, leftS);
  }

  /** How long to wait for quiet, as far as time is left for it. */
  #quiet(wanted: boolean, spareS: number): { readonly quietS?: number } {
    const quietS = Math.min(spareS, this.#quietLeftS);
    return wanted && quietS > 0 ? { quietS } : {};
  }

  #toSoak(leftS: number): SearchAction {
    this.#enter('soak', this.#soakRate);
    return this.#nextSoak(leftS);
  }

  #nextSoak(leftS: number): SearchAction {
    const { soakS } = this.#options.plan;
    if (LONG_SETTLE_S + soakS + this.#reserveS > leftS)
      return this.#endWith('unconfirmed', `out of time: no soak of ${spanText(soakS)} was left`);
    const ownS = LONG_SETTLE_S + soakS + this.#reserveS;
    this.#soaksLeft = Math.floor((leftS - ownS) / ownS);
    return {
      do: 'trial',
      purpose: 'soak',
      rate: this.#rate,
      settleS: LONG_SETTLE_S,
      measureS: soakS,
      ...this.#quiet(this.#soakInDoubt, leftS - ownS),
    };
  }

  /** A longer trial at the estimate while it is wider than the plan aims at and time is left; then the end. */
  #nextRefine(leftS: number): SearchAction {
    const { targetHalfWidth } = this.#options.plan;
    const { estimate } = this;
    const measureS = Math.min(REFINE_S, leftS - LONG_SETTLE_S - this.#reserveS);
    const done =
      targetHalfWidth === undefined ||
      estimate === undefined ||
      Math.log(estimate.high / estimate.low) / 2 <= targetHalfWidth ||
      this.#refined >= REFINE_AT_MOST ||
      this.#votes.invalid >= 3 ||
      measureS < REFINE_AT_LEAST_S;
    if (done) return this.#confirmedEnd();
    return { do: 'trial', purpose: 'refine', rate: estimate.rate, settleS: LONG_SETTLE_S, measureS };
  }

  #confirmedEnd(): SearchAction {
    if (this.#generatorLimited)
      return this.#endWith(
        'at-least',
        `the generator is late from ${rateText(this.#generatorLimit as number)} on: the target carries at least what was confirmed`,
      );
    if (this.#undecided !== undefined && this.#undecided < (this.#hi ?? Number.POSITIVE_INFINITY))
      return this.#endWith(
        'confirmed',
        `the soak passed; trials at ${rateText(this.#undecided)} stayed in doubt, because this machine was disturbed`,
      );
    if (this.#hi !== undefined) return this.#endWith('confirmed', 'the soak passed');
    // One failure decides nothing, but it is no silence either: the rate above was not settled in this budget.
    if (this.#trials.some(({ verdict }) => verdict.outcome === 'fail'))
      return this.#endWith('confirmed', 'the soak passed; the budget ended before a rate above it was settled');
    return this.#endWith('at-least', this.#atHighest ? 'nothing failed up to the highest rate allowed' : 'nothing failed');
  }

  // What came of it.

  #recordDouble(verdict: TrialVerdict): void {
    const rate = this.#rate;
    if (verdict.outcome === 'pass') {
      this.#lo = Math.max(this.#lo ?? 0, rate);
      if (this.#hi !== undefined) this.#enter('bisect', rate);
      else this.#raise();
    } else if (verdict.outcome === 'insufficient') {
      this.#votes.insufficient++;
      // Below a rate that failed there is nowhere to double to; the same rate again may bring a few more calls.
      if (this.#hi === undefined) this.#raise();
      else if (this.#votes.insufficient >= MAY_BE_INSUFFICIENT)
        this.#finish('unconfirmed', `too few calls at ${rateText(rate)} to judge it in this budget`);
    } else {
      this.#voteAgainst(verdict);
      if (this.#votes.fails < 2) return;
      this.#failsAt(rate);
      const steady = this.#lo === undefined ? steadyMisses(this.#trials) : undefined;
      if (this.#lo !== undefined) this.#enter('bisect', rate);
      else if (steady !== undefined) this.#finish('nothing-passes', steadyText(steady, this.#options.conditions));
      else if (this.#isLowest(rate))
        this.#finish('nothing-passes', `nothing passes down to ${rateText(rate)}, a sixteenth of the start`);
      else this.#voteOn(rate / 2);
    }
  }

  /** Twice the rate; at the highest rate allowed the soak is next. */
  #raise(): void {
    const { highestRate } = this.#options;
    const rate = this.#rate;
    if (highestRate === undefined || rate < highestRate) {
      this.#voteOn(this.#capped(rate * 2));
      return;
    }
    this.#atHighest = true;
    this.#enter('soak', this.#lo ?? rate);
    if (this.#lo === undefined) this.#finish('unconfirmed', `too few calls at ${rateText(rate)}, the highest rate allowed`);
  }

  #recordBisect(verdict: TrialVerdict): void {
    const votes = this.#votes;
    if (verdict.outcome === 'pass') votes.passes++;
    else if (verdict.outcome === 'fail') this.#voteAgainst(verdict);
    else votes.insufficient++;
    if (votes.passes >= (this.#isCoarse ? 1 : 2)) {
      this.#lo = this.#rate;
      this.#voteOn(this.#rate);
    } else if (votes.fails >= 2) {
      this.#hi = this.#rate;
      this.#voteOn(this.#rate);
    } else if (votes.insufficient >= MAY_BE_INSUFFICIENT) this.#enter('soak', this.#soakRate);
  }

  #recordSoak({ outcome, reason }: TrialVerdict): void {
    const rate = this.#rate;
    if (outcome === 'pass') {
      this.#confirmed = rate;
      this.#lo = rate;
      this.#phase = 'refine';
      this.#votes.invalid = 0;
    } else if (outcome === 'insufficient') this.#finish('unconfirmed', `the soak could not be judged: ${reason}`);
    else {
      this.#failsAt(rate);
      this.#lo = Math.min(rate / LOWER, this.estimate?.rate ?? Number.POSITIVE_INFINITY);
      this.#voteOn(this.#lo);
    }
  }

  /** Without load it does not answer as before. Where nothing ever passed there is no before. */
  #recordLost(rate: number): void {
    const after = `after ${rateText(rate)}`;
    if (this.#trials.some(({ verdict }) => verdict.outcome === 'pass'))
      this.#finish('degraded-for-good', `${after} the target did not come back: without load it answers worse than before`);
    else
      this.#finish(
        'nothing-passes',
        `${after} one caller alone is not answered within the SLO either, and no rate passed before`,
      );
  }

  /** A trial in doubt is repeated; a rate that stays in doubt is left undecided, and lower ones are looked at. */
  #recordDoubt(): void {
    const rate = this.#rate;
    this.#votes.doubts++;
    if (this.#phase === 'refine') {
      this.#refined++;
      return;
    }
    if (this.#phase === 'soak') this.#soakInDoubt = true;
    // Where only one more fits it had better be one that passes.
    const most = this.#phase !== 'soak' ? MAY_BE_IN_DOUBT : this.#soaksLeft >= 2 ? SOAKS_IN_DOUBT : 1;
    if (this.#votes.doubts < most) return;
    this.#undecided = Math.min(this.#undecided ?? Number.POSITIVE_INFINITY, rate);
    if (this.#phase === 'soak') {
      this.#lo = rate / SOAK_LOWER;
      this.#voteOn(this.#lo);
    } else if (this.#lo !== undefined) this.#enter('bisect', rate);
    else if (this.#isLowest(rate))
      this.#finish('invalid', `every trial down to ${rateText(rate)} stayed in doubt, because this machine was disturbed`);
    else this.#voteOn(rate / 2);
  }

  /** An invalid trial is repeated; several in a row at one rate are the limit of the generator. */
  #recordInvalid({ rule, reason }: TrialVerdict): void {
    const rate = this.#rate;
    this.#votes.invalid++;
    if (this.#phase === 'refine') return;
    const patience = this.#phase === 'soak' || this.#generatorLimit !== undefined ? 2 : 3;
    if (this.#votes.invalid < patience) return;
    if (rule !== 'late') {
      this.#finish('invalid', reason);
      return;
    }
    this.#generatorLimit = rate;
    if (this.#lo === undefined) {
      this.#finish('invalid', `the generator is late at ${rateText(rate)}, before any rate passed`);
    } else if (this.#phase === 'soak') {
      this.#lo = rate / SOAK_LOWER;
      this.#voteOn(this.#lo);
    } else this.#enter('bisect', rate);
  }

  // The bracket and the vote.

  /** Upper end of the bracket, calls/s. */
  get #top(): number {
    const none = Number.POSITIVE_INFINITY;
    return Math.min(this.#hi ?? none, this.#generatorLimit ?? none, this.#undecided ?? none);
  }

  /** Whether halving ends at this rate. */
  #isLowest(rate: number): boolean {
    return rate / 2 < this.#capped(this.#options.startRate) * LOWEST_SHARE;
  }

  get #generatorLimited(): boolean {
    return this.#generatorLimit !== undefined && this.#generatorLimit < (this.#hi ?? Number.POSITIVE_INFINITY);
  }

  get #isCoarse(): boolean {
    return this.#options.plan.votes === 1 || this.#top / (this.#lo as number) > NARROW;
  }

  /** The rate that a soak begins at. */
  get #soakRate(): number {
    const { estimate } = this;
    const lo = this.#lo as number;
    // Rates above stayed in doubt, so nothing says how near to its limit the largest pass is, and a soak in doubt costs too much to find out.
    if (estimate === undefined && this.#undecided !== undefined) return lo / SOAK_LOWER;
    return Math.min(lo, estimate?.rate ?? Number.POSITIVE_INFINITY);
  }

  #capped(rate: number): number {
    return Math.min(rate, this.#options.highestRate ?? Number.POSITIVE_INFINITY);
  }

  #failsAt(rate: number): void {
    this.#hi = Math.min(this.#hi ?? Number.POSITIVE_INFINITY, rate);
  }

  #enter(phase: SearchPurpose, rate: number): void {
    this.#phase = phase;
    this.#voteOn(rate);
  }

  #voteOn(rate: number): void {
    this.#rate = rate;
    this.#votes = { ...NO_VOTES };
  }

  /** A queue that had to be stopped is beyond doubt and counts as two failures. */
  #voteAgainst({ rule }: TrialVerdict): void {
    this.#votes.fails += rule === 'in-flight' ? 2 : 1;
  }

  #endWith(ending: SearchEnd['ending'], reason: string): SearchAction {
    return { do: 'end', end: this.#finish(ending, reason) };
  }

  #finish(ending: SearchEnd['ending'], reason: string): SearchEnd {
    this.#phase = 'ended';
    this.#end = compact({
      ending,
      reason,
      confirmedRate: this.#confirmed,
      largestPass: this.#lo,
      smallestFail: this.#hi,
      generatorLimit: this.#generatorLimit,
      undecided: this.#undecided,
    });
    return this.#end;
  }
}

/** Lower rates would only say it again. */
function steadyText(
  { condition, low, high, lowestRate, highestRate }: SteadyMisses,
  conditions: readonly SloCondition[],
): string {
  const [from, to] = [shareText(low), shareText(high)];
  const share = from === to ? from : `${from.replace(' %', '')} to ${to}`;
  return `${share} of the calls miss ${conditions[condition]?.name ?? 'the SLO'} at every rate from ${rateText(highestRate)} down to ${rateText(lowestRate)}: the misses do not depend on the rate, so no lower one was tried`;
}
