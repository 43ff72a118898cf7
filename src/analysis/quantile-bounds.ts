import type { LatencyHistogram } from '../journal/latency-histogram.js';
import { quantileInterval } from '../statistics/quantile-interval.js';

/** Where a quantile lies, as far as its own calls tell. */
export interface QuantileBounds {
  /** Microseconds. */
  readonly low: number;
  /** Microseconds; `null` where no answered call bounds it from above. */
  readonly high: number | null;
}

/**
 * The 95 % interval of a quantile from order statistics, unanswered calls ranking above every answered one. It takes the calls of a run as
 * independent, which they are not quite: it is shown and decides nothing.
 * @returns undefined where so few calls bound it on no side
 */
export function quantileBounds(quantile: number, histogram: LatencyHistogram, unanswered: number): QuantileBounds | undefined {
  const samples = histogram.count + unanswered;
  if (samples === 0) return undefined;
  const ranks = quantileInterval(samples, quantile);
  if (ranks === undefined) return undefined;
  const at = (rank: number): number | null => histogram.percentile(rank / samples, unanswered) ?? null;
  const low = at(ranks.low);
  if (low === null) return undefined;
  return { low, high: ranks.high === undefined ? null : at(ranks.high) };
}
