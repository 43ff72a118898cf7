import { latencyLimitsMs } from '../../analysis/smallest-limit.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import type { Scenario } from '../../scenario/scenario.js';
import { comesBack, type IdleAnswer } from './idle-check.js';
import type { SearchContext } from './search-context.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

/** Between an answer and the next question: whether a server is idle is asked without making it busy. */
const PAUSE_MS = 50;

/**
 * Whether the server answers again as it does without load: one caller, call after call, against the shortest latency limit of the SLO.
 * @param longestS longest that it may take, seconds
 * @param leftMs milliseconds to the deadline
 * @returns undefined when there was no time to find out.
 */
export function askWhetherIdle(
  { drives, scenario, nowMs, ended }: Pick<SearchContext, 'drives' | 'scenario' | 'nowMs' | 'ended'>,
  longestS: number,
  leftMs: () => number,
): Promise<boolean | undefined> {
  const ask = async (measureS: number, drainMs: number): Promise<IdleAnswer> => {
    const asked = closedScenario(scenario, { callers: 1, thinkMs: PAUSE_MS, settleS: 0, measureS, drainMs });
    const timeline = trialTimeline(0, measureS);
    const recorded = new TrialRecorder(timeline);
    await drives('idle-check').drive(asked, timeline, (entry) => recorded.add(entry)).ended;
    return { medianUs: recorded.blockMedians()[0] ?? null, unanswered: recorded.unanswered };
  };
  return comesBack({ ask, limitUs: Math.min(...limitsUs(scenario)), longestS, leftMs, nowMs, stopped: () => ended.aborted });
}

/** The latency limits of the plain SLO, microseconds. */
export function limitsUs({ slo }: Scenario): readonly number[] {
  const given = latencyLimitsMs(slo);
  return (given.length === 0 ? [DEFAULT_SLO.p95Ms] : given).map((ms) => ms * 1000);
}
