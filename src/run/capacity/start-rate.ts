import type { Environment } from '../../environment/environment.js';
import type { Scenario } from '../../scenario/scenario.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

const CALLERS = 32;
const LOOK_S = 3;
const DRAIN_MS = 3000;
/** Three doublings below what a closed loop reaches: the search spends its time where the answer is, and still begins at an easy rate. */
const SHARE = 1 / 8;

/**
 * The rate at which a search may begin: an eighth of what callers without think time reach in three seconds, and never less than the
 * scenario's own start. What a closed loop reaches is no capacity, so the figure is used for nothing else and told nowhere.
 */
export async function startRateOf(environment: Environment, scenario: Scenario, given: number): Promise<number> {
  const callers = Math.min(CALLERS, scenario.load.maxInFlight);
  const timeline = trialTimeline(0, LOOK_S);
  const recorder = new TrialRecorder(timeline);
  const looked = closedScenario(scenario, { callers, settleS: 0, measureS: LOOK_S, drainMs: DRAIN_MS });
  await environment.drive(looked, timeline, (entry) => recorder.add(entry)).ended;
  return startRate(given, recorder.measured().succeeded / LOOK_S);
}

/** An eighth of the ceiling, as the given rate doubled some times: what was asked for stays one of the rates that could be tried. */
export function startRate(given: number, ceiling: number): number {
  const doublings = Math.floor(Math.log2((ceiling * SHARE) / given));
  return doublings > 0 && Number.isFinite(doublings) ? given * 2 ** doublings : given;
}
