import type { Scenario } from '../../scenario/scenario.js';

/**
 * Calls per second that one load thread is trusted with when `workers` is `auto`: about a third of what one holds on a slow core of 2020,
 * so that garbage collection and large answers do not make starts late.
 */
const CALLS_PER_THREAD = 8000;

/**
 * How many load threads a scenario gets. `auto` is one until the peak of the open phases is beyond one thread, at most one for each core.
 * Closed phases have no rate of their own and do not count.
 */
export function workerCount(scenario: Pick<Scenario, 'load' | 'calls'>, cores: number): number {
  const { workers, phases } = scenario.load;
  if (workers !== 'auto') return workers;
  const weight = scenario.calls.reduce((sum, call) => sum + call.weight, 0);
  const steps = scenario.calls.reduce((sum, call) => {
    const count = call.type === 'call' ? 1 : call.steps.filter((step) => 'tool' in step).length;
    return sum + (count * call.weight) / weight;
  }, 0);
  const peak = Math.max(0, ...phases.map((phase) => (phase.model === 'open' ? Math.max(phase.fromPerS, phase.toPerS) : 0)));
  return Math.max(1, Math.min(cores, Math.ceil((peak * steps) / CALLS_PER_THREAD)));
}
