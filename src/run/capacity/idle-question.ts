import { latencyLimitsMs } from '../../analysis/smallest-limit.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import type { Scenario } from '../../scenario/scenario.js';
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

/** What one caller saw that asked call after call for a moment. */
export interface IdleAnswer {
  /** Median response time, microseconds; null when most calls were not answered. */
  readonly medianUs: number | null;
  readonly unanswered: number;
}

interface IdleCheck {
  /** Has one caller call for that long. */
  ask(measureS: number, drainMs: number): Promise<IdleAnswer>;
  /** The server is idle when its median is within it. Microseconds. */
  readonly limitUs: number;
  /** Longest that it may take, seconds. */
  readonly longestS: number;
  /** Milliseconds to the deadline. */
  readonly leftMs: () => number;
  readonly nowMs: () => number;
  readonly stopped: () => boolean;
}

/** One question, its lead and its drain. */
const QUESTION_S = 1;
const QUESTION_DRAIN_MS = 1000;
const NEEDED_MS = QUESTION_S * 1000 + QUESTION_DRAIN_MS + 300;

/**
 * Whether the server answers again as it does without load: work that callers have given up on may still keep it busy, and a server that
 * has degraded for good never comes back. One caller asks until its answers are in time.
 * @returns undefined when there was no time to find out.
 */
export async function comesBack(check: IdleCheck): Promise<boolean | undefined> {
  const untilMs = check.nowMs() + check.longestS * 1000;
  let asked = false;
  while (check.leftMs() > NEEDED_MS && !check.stopped()) {
    if (asked && check.nowMs() > untilMs) return false;
    const { medianUs, unanswered } = await check.ask(QUESTION_S, QUESTION_DRAIN_MS);
    if (medianUs !== null && unanswered === 0 && medianUs <= check.limitUs) return true;
    asked = true;
  }
  return undefined;
}
