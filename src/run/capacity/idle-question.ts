import { latencyLimitsMs } from '../../analysis/smallest-limit.js';
import type { Environment } from '../../environment/environment.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { IdleCheck } from './idle-check.js';
import { closedScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

/** Between an answer and the next question: whether a server is idle is asked without making it busy. */
const PAUSE_MS = 50;

/** How the server is asked whether it is idle: one caller, call after call, against the shortest latency limit of the SLO. */
export function idleQuestion(environment: Environment, scenario: Scenario): Pick<IdleCheck, 'ask' | 'limitUs'> {
  return {
    ask: async (measureS, drainMs) => {
      const asked = closedScenario(scenario, { callers: 1, thinkMs: PAUSE_MS, settleS: 0, measureS, drainMs });
      const recorded = new TrialRecorder(trialTimeline(0, measureS));
      await environment.drive(asked, trialTimeline(0, measureS), (entry) => recorded.add(entry)).ended;
      return { medianUs: recorded.blockMedians()[0] ?? null, unanswered: recorded.unanswered };
    },
    limitUs: Math.min(...limitsUs(scenario)),
  };
}

/** The latency limits of the plain SLO, microseconds. */
export function limitsUs({ slo }: Scenario): readonly number[] {
  const given = latencyLimitsMs(slo);
  return (given.length === 0 ? [DEFAULT_SLO.p95Ms] : given).map((ms) => ms * 1000);
}
