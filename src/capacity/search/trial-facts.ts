import type { TrialNoise } from '../../journal/trial-entry.js';
import type { Trial } from '../../result/capacity-figures.js';

/** Calls of one condition in a stretch of a trial: how many were due, and how many of those were over (or failed). */
export interface DueOver {
  readonly due: number;
  readonly over: number;
}

/** What a trial is judged by. Times in seconds from the end of the settle. */
export interface TrialFacts {
  readonly purpose: Trial['purpose'];
  /** Calls per second that the schedule asked for. */
  readonly rate: number;
  /** Measured window as it was: shorter than planned when the trial was stopped. */
  readonly measuredS: number;
  /** As planned; absent: as it was. */
  readonly plannedS?: number;
  /**
   * More than 1 % of the starts were given up because they were late. Of a journal without `noise`: one was, or p99 of (actual - intended
   * start) lay above max(1 ms, 5 % of the shortest limit).
   */
  readonly late: boolean;
  /** What the machine of the load can have made of it; absent where that is not known: then every failure stands. */
  readonly noise?: TrialNoise;
  /** The count of replicas behind the target changed while it ran. */
  readonly replicasChanged?: boolean;
  /** Fewest and most of them while it ran, where the target's metrics tell. */
  readonly replicas?: { readonly least: number; readonly most: number };
  /** Why it ended early. `in-flight` and `over` are the server's doing, `late` the generator's. */
  readonly stopped?: 'in-flight' | 'over' | 'late' | 'deadline' | 'stopped';
  /** Calls due in the measured window, all tools. */
  readonly due: number;
  /** Calls that ended inside the measured window, whenever they were due. */
  readonly completed: number;
  /** Mean in flight in each second of the measured window. */
  readonly inFlight: readonly number[];
  /** In the order of the conditions that the search was given. */
  readonly conditions: readonly (DueOver & {
    /** Each whole 5 s of the measured window; the whole window if it is shorter. */
    readonly blocks: readonly DueOver[];
  })[];
}
