import type { RecoveryEnd } from '../../journal/recovery-end.js';
import type { RecoveryPlan } from '../../journal/recovery-plan.js';
import type { RecoveryOutcome } from '../../result/recovery-figures.js';
import { shareText } from '../../text/figure-text.js';
import { drainTimeS, holdTimeS, levelTimeS, recoveryBudgetS } from './recovery-plan.js';

export interface RecoverySearchOptions {
  readonly plan: RecoveryPlan;
  /** Confirmed healthy capacity, calls/s. */
  readonly healthyRate: number;
  /** What is left of it under the fault, 0..1; 0 where nothing passed or nobody knows: then the load is held longest. */
  readonly degradedShare: number;
}

/** One load to hold around a fault. Times in seconds. */
export interface RecoveryLevelPlan {
  /** Share of the healthy capacity. */
  readonly share: number;
  /** Calls per second. */
  readonly rate: number;
  readonly leadS: number;
  readonly faultS: number;
  readonly holdS: number;
  /** Computed time in which the queue drains. */
  readonly drainS: number;
}

export type RecoveryAction =
  | { readonly do: 'level'; readonly level: RecoveryLevelPlan }
  | { readonly do: 'end'; readonly end: RecoveryEnd };

/**
 * The search for the load from which a system comes back by itself after a fault: rising loads, each held through the fault and after
 * it, until one does not recover; falling ones when the lowest does not. That what recovers at a load recovers below it is taken for
 * granted. A state machine without clock or socket: `next` says what to do, `record` takes what came of it. A level is asked for only
 * if all of it fits before the deadline. Protocol: metastable failures (Bronson et al., HotOS 2021; Huang et al., OSDI 2022).
 */
export class RecoverySearch {
  readonly #options: RecoverySearchOptions;
  readonly #budgetS: number;
  readonly #rising: number[];
  readonly #falling: number[];
  #recovers: number | undefined;
  #failed = false;
  #invalid = 0;
  #end: RecoveryEnd | undefined;

  constructor(options: RecoverySearchOptions) {
    this.#options = options;
    this.#budgetS = recoveryBudgetS(options.plan);
    this.#rising = [...options.plan.shares];
    this.#falling = [...options.plan.lowerShares];
  }

  /** @param nowS seconds since the search began */
  next(nowS: number): RecoveryAction {
    if (this.#end !== undefined) return { do: 'end', end: this.#end };
    const { plan, healthyRate, degradedShare } = this.#options;
    const share = (this.#failed ? this.#falling : this.#rising)[0];
    if (share === undefined) {
      const reason = this.#failed
        ? `it did not come back at any load down to ${shareText(plan.lowerShares.at(-1) ?? plan.shares[0] ?? 0)}`
        : 'it came back at every load that was tried';
      return { do: 'end', end: this.#finish(this.#failed ? 'nothing-recovers' : 'recovers', reason) };
    }
    if (nowS + levelTimeS(plan, share, degradedShare) > this.#budgetS) {
      return { do: 'end', end: this.#finish('out-of-time', `no time was left for ${shareText(share)}`) };
    }
    return {
      do: 'level',
      level: {
        share,
        rate: share * healthyRate,
        leadS: plan.leadS,
        faultS: plan.faultS,
        holdS: holdTimeS(plan, share, degradedShare),
        drainS: drainTimeS(plan.faultS, share, degradedShare),
      },
    };
  }

  /**
   * Takes the outcome of the level that `next` asked for.
   * @param cameBack whether the system answered as it does without load once the load was taken off; undefined where nobody could tell
   */
  record(outcome: RecoveryOutcome, reason: string, cameBack: boolean | undefined): void {
    const queue = this.#failed ? this.#falling : this.#rising;
    const share = queue[0];
    if (share === undefined) return;
    if (outcome === 'invalid') {
      this.#invalid++;
      if (cameBack === false) this.#finish('stays-down', STAYS_DOWN);
      else if (this.#invalid > 1) this.#finish('undecided', `${shareText(share)} could not be judged: ${reason}`);
      return;
    }
    this.#invalid = 0;
    queue.shift();
    if (outcome === 'recovers' || outcome === 'slow') this.#recovers = Math.max(this.#recovers ?? 0, share);
    if (cameBack === false) this.#finish('stays-down', STAYS_DOWN);
    else if (outcome === 'recovers' || outcome === 'slow') {
      if (this.#failed) this.#finish('bracketed', `it came back at ${shareText(share)}, and not above`);
    } else if (this.#recovers !== undefined) {
      this.#finish(outcome === 'stuck' ? 'bracketed' : 'undecided', `${shareText(share)}: ${reason}`);
    } else if (cameBack === undefined) {
      this.#finish('out-of-time', 'there was no time to see whether it comes back without load');
    } else this.#failed = true;
  }

  /** Ends the search where it stands: the user stopped it, or the target is gone. */
  interrupt(reason: string): RecoveryEnd {
    return this.#end ?? this.#finish('interrupted', reason);
  }

  #finish(ending: RecoveryEnd['ending'], reason: string): RecoveryEnd {
    this.#end = { ending, reason };
    return this.#end;
  }
}

const STAYS_DOWN = 'it did not come back even without load: it needs a restart, or longer than was waited';
