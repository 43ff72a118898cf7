import { DEFAULT_SLO, type Slo, type SloLimits } from '../../scenario/objective.js';
import { QUANTILE_LIMITS } from '../../scenario/quantile-limits.js';
import { givenLatencyText, givenRatioText } from '../../text/figure-text.js';

/** One condition of an SLO as a trial is judged by it: at most a share 1 - quantile of the calls may be over. */
export interface SloCondition {
  /** As reports name it: `p95 <= 400 ms`, `search_orders: p99 <= 1 s`, `success >= 99 %`. */
  readonly name: string;
  /** A latency condition counts calls above the limit or without an answer, a success condition calls that failed in any way. */
  readonly kind: 'latency' | 'success';
  /** The quantile; of a success condition the target. */
  readonly quantile: number;
  /** Latency conditions only. */
  readonly limitMs?: number;
  /** A latency condition over every answered call, failures too; otherwise over successes. */
  readonly answered?: true;
  /** Calls of this tool alone. */
  readonly tool?: string;
}

function conditionsOfLimits(limits: SloLimits, tool?: string): readonly SloCondition[] {
  const scope = tool === undefined ? {} : { tool };
  const named = (text: string): string => (tool === undefined ? text : `${tool}: ${text}`);
  const conditions: SloCondition[] = [];
  if (limits.success !== undefined) {
    conditions.push({
      name: named(`success >= ${givenRatioText(limits.success)}`),
      kind: 'success',
      quantile: limits.success,
      ...scope,
    });
  }
  for (const given of [limits, limits.answered]) {
    if (given === undefined) continue;
    const covered = given === limits ? {} : { answered: true as const };
    const prefix = given === limits ? '' : 'answered ';
    for (const [name, key, quantile] of QUANTILE_LIMITS) {
      const limitMs = given[key];
      if (limitMs === undefined) continue;
      const text = named(`${prefix}${name} <= ${givenLatencyText(limitMs * 1000)}`);
      conditions.push({ name: text, kind: 'latency', quantile, limitMs, ...covered, ...scope });
    }
    if (given.maxMs !== undefined) {
      const { maxMs: limitMs } = given;
      const text = named(`${prefix}largest <= ${givenLatencyText(limitMs * 1000)}`);
      conditions.push({ name: text, kind: 'latency', quantile: 1, limitMs, ...covered, ...scope });
    }
  }
  return conditions;
}

/**
 * The conditions of the plain SLO and of its tools, in the order success, p50 ... p99.9, largest, then the same over every
 * answered call. `during` is left aside.
 */
export const conditionsOf = (slo: Slo): readonly SloCondition[] => [
  ...conditionsOfLimits(slo),
  ...Object.entries(slo.tools).flatMap(([tool, limits]) => conditionsOfLimits(limits, tool)),
];

/** The conditions of `slo.during.fault`, for the second judgement of trials under a fault; none where the scenario has no such limits. */
export const faultConditionsOf = ({ during }: Slo): readonly SloCondition[] =>
  during.fault === undefined ? [] : conditionsOfLimits(during.fault);

/** Where no condition limits latency: what rules that need a limit take. */
const NO_LIMIT_MS = DEFAULT_SLO.p95Ms;

/** The longest latency limit: what a queue may hold before it counts as growing. */
export const longestLimitMs = (conditions: readonly SloCondition[]): number =>
  Math.max(...conditions.flatMap(({ limitMs }) => limitMs ?? []), 0) || NO_LIMIT_MS;

/** The shortest latency limit: what the lateness of the generator is measured against. */
export const shortestLimitMs = (conditions: readonly SloCondition[]): number =>
  Math.min(...conditions.flatMap(({ limitMs }) => limitMs ?? []), Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY
    ? NO_LIMIT_MS
    : Math.min(...conditions.flatMap(({ limitMs }) => limitMs ?? []));
