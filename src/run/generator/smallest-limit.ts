import { smallestLatencyLimitUs } from '../../analysis/smallest-limit.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import type { Scenario } from '../../scenario/scenario.js';

/** The smallest latency limit that a run is judged by, microseconds; without a scenario the one that stands in where a file names none. */
export const smallestLimitUs = (scenario: Pick<Scenario, 'slo'> | undefined): number =>
  scenario === undefined ? DEFAULT_SLO.p95Ms * 1000 : smallestLatencyLimitUs(scenario.slo);
