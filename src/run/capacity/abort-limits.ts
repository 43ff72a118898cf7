import { GIVEN_UP_ALLOWED } from '../../capacity/search/reported-trials.js';
import { longestLimitMs, type SloCondition } from '../../capacity/search/slo-condition.js';
import { inFlightCap } from '../../capacity/search/trial-verdict.js';
import { minimumSamples } from '../../statistics/minimum-samples.js';

/** From when on the end of a trial is known before its end. */
export interface AbortLimits {
  /** More calls in flight than this: the queue only grows. */
  readonly inFlight: number;
  /** More calls than `allowed` unanswered after `limitUs`: the condition is missed whatever comes. With `tool` of that tool alone. */
  readonly over: readonly {
    readonly name: string;
    readonly limitUs: number;
    readonly tool?: string;
    /** Counts answered failures too. */
    readonly answered?: true;
    readonly allowed: number;
  }[];
  readonly failed: readonly { readonly name: string; readonly tool?: string; readonly allowed: number }[];
  /** More starts given up than this: the generator is the limit whatever comes. */
  readonly givenUp: number;
}

/**
 * When a trial is stopped early. In flight: more than max(50, 4 x rate x limit), with the longest limit where there are several. Certain:
 * more over the limit than (1 - q) x max(rate x seconds, n), n being the fewest calls that prove the quantile. Given up: more than 1 % of all
 * starts. Rates in calls/s.
 * @param shareOf share of the calls that go to a tool
 */
export function abortLimits(
  conditions: readonly SloCondition[],
  rate: number,
  measureS: number,
  shareOf: (tool: string) => number,
): AbortLimits {
  const allowedOf = ({ quantile, tool }: SloCondition): number => {
    if (quantile >= 1) return 0;
    const calls = rate * measureS * (tool === undefined ? 1 : shareOf(tool));
    return (1 - quantile) * Math.max(calls, minimumSamples(quantile));
  };
  return {
    inFlight: inFlightCap(rate, longestLimitMs(conditions) / 1000),
    over: conditions.flatMap((condition) => {
      const { name, kind, limitMs = 0, tool, answered } = condition;
      const scope = { ...(tool === undefined ? {} : { tool }), ...(answered === undefined ? {} : { answered }) };
      return kind === 'latency' ? [{ name, limitUs: limitMs * 1000, allowed: allowedOf(condition), ...scope }] : [];
    }),
    failed: conditions.flatMap((condition) => {
      const { name, kind, tool } = condition;
      return kind === 'success' ? [{ name, allowed: allowedOf(condition), ...(tool === undefined ? {} : { tool }) }] : [];
    }),
    givenUp: GIVEN_UP_ALLOWED * rate * measureS,
  };
}
