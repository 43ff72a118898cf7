import type { Slo, SloLimits } from '../scenario/objective.js';

const latencyLimitsMs = ({ p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs }: SloLimits): number[] =>
  [p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].filter((limit): limit is number => limit !== undefined);

/** The tightest latency limit of an SLO in microseconds: what lateness of the generator is measured against. 400 ms where there is none. */
export function smallestLatencyLimitUs(slo: Slo): number {
  const all = [slo, ...Object.values(slo.tools), ...Object.values(slo.during)].flatMap(latencyLimitsMs);
  return (all.length === 0 ? 400 : Math.min(...all)) * 1000;
}
