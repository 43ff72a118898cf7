import { type BaselineLimits, DEFAULT_SLO, type Slo, type SloLimits } from '../scenario/objective.js';

/** The latency limits of an objective in milliseconds, those over successes and those over every answered call. */
export const latencyLimitsMs = ({ answered, ...limits }: SloLimits): readonly number[] =>
  [limits, answered].flatMap((given) => {
    if (given === undefined) return [];
    const { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = given;
    return [p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].filter((limit) => limit !== undefined);
  });

/** The tightest latency limit of an SLO in microseconds: what lateness of the generator is measured against. 400 ms where there is none. */
export function smallestLatencyLimitUs(slo: Slo): number {
  const all = sloLimitsMs(slo);
  return (all.length === 0 ? DEFAULT_SLO.p95Ms : Math.min(...all)) * 1000;
}

/** The response time from which on a call counts for some limit that is judged, microseconds: those of the SLO and of a baseline. Infinity where there is none. */
export function smallestJudgedLimitUs(slo: Slo, baseline?: BaselineLimits): number {
  const { p50Ms, p95Ms, p99Ms, tolerance = 1 } = baseline ?? {};
  const worse = [p50Ms, p95Ms, p99Ms].flatMap((limit) => (limit === undefined ? [] : [limit * tolerance]));
  return Math.min(...sloLimitsMs(slo), ...worse) * 1000;
}

const sloLimitsMs = (slo: Slo): readonly number[] =>
  [slo, ...Object.values(slo.tools), ...Object.values(slo.during), ...Object.values(slo.tenants ?? {})].flatMap(latencyLimitsMs);
