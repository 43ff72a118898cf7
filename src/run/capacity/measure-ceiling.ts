import { trafficEntry } from '../../journal/sessions-entry.js';
import type { SearchContext } from './search-context.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

const CALLERS = 32;
/** Whole seconds: the plain probe has no finer grain. */
const LOOK_S = 3;
const DRAIN_MS = 3000;

/**
 * Successes per second of callers without think time: where a search may begin, and nothing else. By the plain probe where the scenario
 * allows one; where it does not, or nothing answered that probe, by a drive of the load threads. Either is written down as traffic.
 */
export async function measureCeiling({
  drives,
  environment,
  scenario,
  write,
  nowS,
}: Pick<SearchContext, 'drives' | 'environment' | 'scenario' | 'write' | 'nowS'>): Promise<number> {
  const callers = Math.min(CALLERS, scenario.load.maxInFlight);
  const plain = await environment.probeCeiling?.(callers, LOOK_S);
  if (plain !== undefined) {
    write(trafficEntry('start-rate', nowS(), plain.sent));
    if (plain.perS > 0) return plain.perS;
  }
  const timeline = trialTimeline(0, LOOK_S);
  const recorder = new TrialRecorder(timeline);
  const looked = closedScenario(scenario, { callers, settleS: 0, measureS: LOOK_S, drainMs: DRAIN_MS });
  await drives('start-rate').drive(looked, timeline, (entry) => recorder.add(entry)).ended;
  return recorder.measured().succeeded / LOOK_S;
}
