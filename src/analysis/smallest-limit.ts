import { DEFAULT_SLO, type Slo, type SloLimits } from '../scenario/objective.js';

/** The latency limits of an objective in milliseconds, those over successes and those over every answered call. */
export const latencyLimitsMs = ({ answered, ...limits }: SloLimits): readonly number[] =>
  [limits, answered].flatMap((given) => {
    if (given === undefined) return [];
    const { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = given;
    return [p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].filter((limit) => limit !== undefined);
  });

/** The tightest latency limit of an SLO in microseconds: what lateness of the generator is measured against. 400 ms where there is none. */
export function smallestLatencyLimitUs(slo: Slo): number {
  const all = [slo, ...Object.values(slo.tools), ...Object.values(slo.during)].flatMap(latencyLimitsMs);
  return (all.length === 0 ? DEFAULT_SLO.p95Ms : Math.min(...all)) * 1000;
}
