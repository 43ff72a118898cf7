import type { FailureCount } from '../statistics/fisher-exact.js';

/** What one build did in one pair. */
export interface BuildFigures {
  /** By name, see `JudgedMetric`. Absent: nothing was measured. `null`: among calls that were never answered. Microseconds, of CPU too. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Counted calls, block by block. */
  readonly blocks: readonly FailureCount[];
}

/** One pair: both builds under the same calls, block by block. */
export interface PairFigures {
  readonly baseline: BuildFigures;
  readonly candidate: BuildFigures;
}
