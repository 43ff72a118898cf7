import type { TrialCell } from './trial-entry.js';

/** Which of the two builds that a gate compares. */
export type GateBuild = 'baseline' | 'candidate';

/** Counted calls of one block: those that were due after its edge. */
export interface PairBlock {
  /** Due, without those that the generator gave up. */
  readonly calls: number;
  readonly failed: number;
}

/** What one build did in one pair. */
export interface PairBuild {
  /** From spawning the process to its first answer, seconds; absent where nothing was started. */
  readonly startS?: number;
  /** Calls that the schedule had for its blocks, and those that were started. */
  readonly scheduled: number;
  readonly started: number;
  readonly blocks: readonly PairBlock[];
  /** Counted calls by tool and endpoint. */
  readonly cells: readonly TrialCell[];
  /** All calls that were sent while its CPU was counted, edges included. */
  readonly calls: number;
  /** CPU seconds of its processes over all its blocks, without what they use idle. Absent: could not be seen. */
  readonly cpuS?: number;
  readonly rssBytes?: number;
  /** Why it exited within the pair. */
  readonly died?: string;
}

/** One pair of a gate: both builds under the same calls, in blocks by turns. */
export interface PairEntry {
  readonly type: 'pair';
  /** Seconds from the start of the gate to the start of the warm-up. */
  readonly t: number;
  /** From 0. */
  readonly index: number;
  /** Of the arrivals, the mix, the feed rows and the order of the blocks. */
  readonly seed: number;
  /** First part of each block that is made and not counted, milliseconds. */
  readonly edgeMs: number;
  readonly blockMs: number;
  /** From the first process spawned to the last ended, seconds, and what of it was plimsoll's own: neither load nor a server that starts or warms up. */
  readonly tookS: number;
  readonly ownS: number;
  readonly baseline: PairBuild;
  readonly candidate: PairBuild;
  /** Why its figures are not used: a build's starts fell under 99 % of its schedule. */
  readonly discarded?: string;
}
