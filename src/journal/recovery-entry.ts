import type { IntervalHistogram } from './interval-histogram.js';
import type { RecoveryEnd } from './recovery-end.js';
import type { TrialCell } from './trial-entry.js';

/** What the calls of one second of a level did: offered by due time, the rest by the second in which they ended. */
export interface RecoverySecond {
  /** Whole seconds from the start of the level's load: covers [t, t+1). */
  readonly t: number;
  readonly inFlight: number;
  /** With histograms of response times only. */
  readonly cells: readonly TrialCell[];
}

/** One load held around a fault: before it, through it and after it. Times of the level in seconds from the start of its load. */
export interface RecoveryLevelEntry {
  readonly type: 'recovery-level';
  /** Seconds from the start of the run to the start of the load. */
  readonly t: number;
  /** recipe@dependency. */
  readonly under: string;
  /** Share of the healthy capacity, and that in calls/s. */
  readonly share: number;
  readonly offeredRate: number;
  /** Seconds from the start of this search to when the level was asked for. */
  readonly searchS: number;
  /** As planned: load before the fault, the fault, load after it. */
  readonly leadS: number;
  readonly faultS: number;
  readonly holdS: number;
  /** Computed drain, seconds. */
  readonly drainS: number;
  /** When the load ended: earlier than planned when the level was stopped. */
  readonly loadEndS: number;
  /** Until the next level may start: drain and wait included. */
  readonly tookS: number;
  /** When the fault was in force and when it was lifted, as the fault agent says. */
  readonly faultOnS?: number;
  readonly faultOffS?: number;
  readonly stopped?: 'stopped' | 'deadline';
  /** Whether the system answered as it does without load once the load was gone; absent where there was no time to ask. */
  readonly cameBack?: boolean;
  readonly seconds: readonly RecoverySecond[];
  readonly lateness?: IntervalHistogram;
  /** What went to the dependency since the level began, where the embedded engine counts it. */
  readonly proxy?: readonly { readonly t: number; readonly bytesUpstream: number }[];
}

/** The search for hidden capacity under one fault is over. */
export interface RecoverySearchEntry {
  readonly type: 'recovery-search';
  readonly t: number;
  readonly under: string;
  /** Confirmed healthy capacity, calls/s; absent where none was confirmed. */
  readonly healthyRate?: number;
  /** Share of it that is left under the fault; absent where the search under it did not tell. */
  readonly degradedShare?: number;
  readonly tookS: number;
  readonly end: RecoveryEnd;
}
