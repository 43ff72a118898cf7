import type { RecoveryEnd } from '../journal/recovery-end.js';

/** One load that was held around a fault. Shares from 0 to 1. */
export interface RecoveryLevel {
  /** Share of the confirmed healthy capacity. */
  readonly share: number;
  /** Calls per second that the schedule asked for, before any retries. */
  readonly offeredRate: number;
  readonly outcome: RecoveryOutcome;
  /** One sentence with the figures. */
  readonly reason: string;
  /** Seconds from the start of this search. */
  readonly startS: number;
  /** How long the fault was on, and how long the load stayed after its lift, seconds; absent where the fault agent did not say. */
  readonly faultS?: number;
  readonly heldS?: number;
  /** Computed drain, seconds. */
  readonly drainS: number;
  /** From the lift to good service, seconds; absent where it did not come back. */
  readonly recoverS?: number;
  /** Calls answered in time per call due: before the fault, while it was on, and in the last window. */
  readonly inTime: { readonly before: number; readonly during?: number; readonly last: number };
  /** Attempts of our clients per call due, the largest over a window. */
  readonly attemptsPerCall: number;
  /** Bytes sent to the dependency per call due, the largest over a window from the fault on, against before it. */
  readonly dependencyAmplification?: number;
  /** Calls that our own limit on calls in flight held back: clients shed load, which helps the system. */
  readonly dropped: number;
  /** Whether it answered as without load once the load was gone. */
  readonly cameBack?: boolean;
}

/** One end of the bracket. */
export interface RecoveryLoad {
  readonly share: number;
  /** Calls per second. */
  readonly rate: number;
}

/** The load from which the system comes back by itself after a fault. */
export interface RecoveryAnswer {
  /** recipe@dependency. */
  readonly under: string;
  readonly ending: RecoveryEnd['ending'];
  /** One sentence for people. */
  readonly summary: string;
  /** Confirmed healthy capacity, calls/s: what the loads are shares of. */
  readonly healthyRate?: number;
  /** Share of it that is left under the fault, for the computed drain; absent where nobody knows (taken as none). */
  readonly degradedShare?: number;
  /** Hidden capacity as a bracket: the largest load that recovered, and the smallest above it that did not. */
  readonly hidden: { readonly recovers?: RecoveryLoad; readonly doesNot?: RecoveryLoad };
  /** Attempts that the retry policy allows for a call; 1 without retries. A queue may stay full from 1 / that of its capacity on. */
  readonly mostAttempts: number;
  /** What a load that did not recover needed: the load taken off, or more than that. */
  readonly needs?: 'load-shedding' | 'restart';
  /** Which loads were looked at. */
  readonly label: string;
  readonly budgetS: number;
  readonly tookS: number;
  readonly levels: readonly RecoveryLevel[];
  /** What to know about the answer. */
  readonly remarks: readonly string[];
}

/**
 * recovers: back within three computed drains. slow: later. stuck: not back although the load was held long enough. undecided: it was not
 * held long enough to call it stuck. invalid: the level says nothing about the system. cut: the user ended it.
 */
export type RecoveryOutcome = 'recovers' | 'slow' | 'stuck' | 'undecided' | 'invalid' | 'cut';
