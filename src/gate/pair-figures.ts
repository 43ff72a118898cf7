import type { RatioMetric } from '../scenario/gate-settings.js';
import type { FailureCount } from '../statistics/fisher-exact.js';

/** What one build did in one pair. */
export interface BuildFigures {
  /** Absent: nothing was measured. `null`: among calls that were never answered. Microseconds, of CPU too. */
  readonly metrics: Readonly<Partial<Record<RatioMetric, number | null>>>;
  /** Counted calls, block by block. */
  readonly blocks: readonly FailureCount[];
}

/** One pair: both builds under the same calls, block by block. */
export interface PairFigures {
  readonly baseline: BuildFigures;
  readonly candidate: BuildFigures;
}
