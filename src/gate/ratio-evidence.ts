import type { RatioLimits } from '../scenario/gate-settings.js';
import { studentTBelow, studentTQuantile } from '../statistics/student-t.js';
import { NOT_WORSE_LEVEL, PAIRS_WITHOUT_SIZE, WORSE_ALPHA } from './gate-rule.js';
import type { PairFigures } from './pair-figures.js';

/** What the pairs say of one metric. Ratios are candidate / baseline. */
export interface RatioEvidence {
  /** Pairs that have a ratio. */
  readonly pairs: number;
  /** Pairs in which the candidate alone, and the baseline alone, has the quantile among calls that were never answered. */
  readonly worseWithoutSize: number;
  readonly betterWithoutSize: number;
  /** Geometric mean of the ratios; absent without any. */
  readonly ratio?: number;
  /** Spread of the log ratio of a pair; absent with fewer than two. */
  readonly sd?: number;
  /** One-sided chance of such a mean, were the candidate not worse; 1 where nothing can be told. */
  readonly p: number;
  /** One-sided 99 % lower and 95 % upper bound of the ratio; absent with fewer than two pairs. */
  readonly low?: number;
  readonly high?: number;
  /** Bounds of the usual two-sided 95 % interval, for display. */
  readonly interval?: readonly [low: number, high: number];
}

/**
 * Mean and t interval of the log ratios of the pairs. The pair is the unit: calls of one run are not independent, and tests on single calls
 * raise an alarm in two of five unchanged builds.
 * @param name of the metric, see `JudgedMetric`
 * @param constantSpread see `GateRule`
 */
export function ratioEvidence(pairs: readonly PairFigures[], name: string, constantSpread = 0): RatioEvidence {
  const logs: number[] = [];
  let worseWithoutSize = 0;
  let betterWithoutSize = 0;
  for (const { baseline, candidate } of pairs) {
    const [base, head] = [baseline.metrics[name], candidate.metrics[name]];
    if (base === undefined || head === undefined) continue;
    if (base !== null && head !== null) logs.push(Math.log(head / base));
    else if (base !== null) worseWithoutSize += 1;
    else if (head !== null) betterWithoutSize += 1;
  }
  return { ...evidenceOfLogs(logs, constantSpread), worseWithoutSize, betterWithoutSize };
}

/** The same of log ratios alone. */
export function evidenceOfLogs(
  logs: readonly number[],
  constantSpread = 0,
): Omit<RatioEvidence, 'worseWithoutSize' | 'betterWithoutSize'> {
  const count = logs.length;
  if (count === 0) return { pairs: 0, p: 1 };
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  if (count === 1) return { pairs: 1, ratio: Math.exp(mean), p: 1 };
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (count - 1);
  const error = Math.hypot(Math.sqrt(variance / count), constantSpread);
  const bound = (level: number): number => Math.exp(mean + studentTQuantile(level, count - 1) * error);
  return {
    pairs: count,
    ratio: Math.exp(mean),
    sd: Math.sqrt(variance),
    p: error === 0 ? (mean > 0 ? 0 : 1) : 1 - studentTBelow(mean / error, count - 1),
    low: bound(WORSE_ALPHA),
    high: bound(NOT_WORSE_LEVEL),
    interval: [bound(0.025), bound(0.975)],
  };
}

/** Whether a metric is worse, given that its lower bound (or Holm's, over all metrics) excludes "no worse". */
export const isWorse = (evidence: RatioEvidence, { regression }: RatioLimits, excluded: boolean): boolean =>
  evidence.worseWithoutSize >= PAIRS_WITHOUT_SIZE || (excluded && (evidence.ratio ?? 1) > 1 + regression);

/** Whether a metric is certainly not worse by more than its margin. */
export const isNotWorse = ({ high, worseWithoutSize }: RatioEvidence, { margin }: RatioLimits): boolean =>
  worseWithoutSize === 0 && high !== undefined && high < 1 + margin;
