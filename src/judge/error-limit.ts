import type { JudgedBaseline } from '../journal/start-entry.js';
import { shareUpperBound } from '../statistics/share-bound.js';
import { countText, givenRatioText, percentText } from '../text/figure-text.js';

/** Chance that the bound of a counted baseline is not below its true error rate. */
const LEVEL = 0.95;

/** What share of the calls of a run may fail against a baseline. */
export interface ErrorLimit {
  /** Ratio, 0..1. */
  readonly limit: number;
  /** So many failures are never a regression, whatever the limit. */
  readonly least: number;
  /** Where the limit comes from, in words. */
  readonly said: string;
}

/**
 * The limit on the error rate of a run. Of a baseline that counted its calls: the upper 95 % bound of its count (Clopper and Pearson,
 * one-sided), times the tolerance: a clean baseline of few calls proves little, and one failure after it proves nothing. Of one that states
 * its error rate alone: that rate, times the tolerance.
 * @returns undefined where the baseline limits no error rate
 */
export function baselineErrorLimit({ limits, counted }: Pick<JudgedBaseline, 'limits' | 'counted'>): ErrorLimit | undefined {
  const { errorRate, tolerance } = limits;
  if (counted !== undefined) {
    const { calls, failures } = counted;
    const bound = shareUpperBound({ failed: failures, of: calls }, LEVEL);
    const limit = Math.min(1, bound * tolerance);
    const said = `baseline ${countText(failures, 'failure')} in ${countText(calls, 'call')}, at most ${percentText(bound)} (95 % bound) x ${tolerance} = ${percentText(limit)}`;
    return { limit, least: 1, said };
  }
  if (errorRate === undefined) return undefined;
  const limit = Math.min(1, errorRate * tolerance);
  return { limit, least: 0, said: `baseline ${givenRatioText(errorRate)} x ${tolerance} = ${givenRatioText(limit)}` };
}
