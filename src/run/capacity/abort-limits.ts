import { inFlightCap } from '../../capacity/search/trial-verdict.js';
import { DEFAULT_SLO, type Slo, type SloLimits } from '../../scenario/objective.js';
import { QUANTILE_LIMITS } from '../../scenario/quantile-limits.js';
import { minimumSamples } from '../../statistics/minimum-samples.js';

/** From when on the end of a trial is known before its end. */
export interface AbortLimits {
  /** More calls in flight than this: the queue only grows. */
  readonly inFlight: number;
  /** More calls than `allowed` unanswered after `limitUs`: the quantile is missed whatever comes. With `tool` of that tool alone. */
  readonly over: readonly {
    readonly limitUs: number;
    readonly tool?: string;
    /** Counts answered failures too. */
    readonly answered?: true;
    readonly allowed: number;
  }[];
  readonly failed: readonly { readonly tool?: string; readonly allowed: number }[];
  /** More starts than `allowed` later than `limitUs`: the generator is the limit whatever comes. */
  readonly late: { readonly limitUs: number; readonly allowed: number };
}

/**
 * When a trial is stopped early. In flight: more than max(50, 4 x rate x limit), with the longest limit where there are several. Certain:
 * more over the limit than (1 - q) x max(rate x seconds, n), n being the fewest calls that prove the quantile. Late: more than 1 % of all
 * starts beyond max(1 ms, 5 % of the shortest limit). Rates in calls/s.
 * @param shareOf share of the calls that go to a tool
 */
export function abortLimits(slo: Slo, rate: number, measureS: number, shareOf: (tool: string) => number): AbortLimits {
  const over: AbortLimits['over'][number][] = [];
  const failed: { tool?: string; allowed: number }[] = [];
  const limitsMs: number[] = [];
  const expect = (limits: SloLimits, calls: number, scope: { readonly tool?: string }): void => {
    const allowed = (quantile: number): number => (1 - quantile) * Math.max(calls, minimumSamples(quantile));
    for (const given of [limits, limits.answered]) {
      if (given === undefined) continue;
      const covered = given === limits ? scope : { ...scope, answered: true as const };
      for (const [, key, quantile] of QUANTILE_LIMITS) {
        const limitMs = given[key];
        if (limitMs === undefined) continue;
        limitsMs.push(limitMs);
        over.push({ limitUs: limitMs * 1000, allowed: allowed(quantile), ...covered });
      }
      if (given.maxMs !== undefined) {
        limitsMs.push(given.maxMs);
        over.push({ limitUs: given.maxMs * 1000, allowed: 0, ...covered });
      }
    }
    if (limits.success !== undefined) failed.push({ allowed: allowed(limits.success), ...scope });
  };
  expect(slo, rate * measureS, {});
  for (const [tool, limits] of Object.entries(slo.tools)) expect(limits, rate * measureS * shareOf(tool), { tool });
  const longestS = (limitsMs.length === 0 ? DEFAULT_SLO.p95Ms : Math.max(...limitsMs)) / 1000;
  const shortestUs = (limitsMs.length === 0 ? DEFAULT_SLO.p95Ms : Math.min(...limitsMs)) * 1000;
  return {
    inFlight: inFlightCap(rate, longestS),
    over,
    failed,
    late: { limitUs: Math.max(1000, 0.05 * shortestUs), allowed: 0.01 * rate * measureS },
  };
}
