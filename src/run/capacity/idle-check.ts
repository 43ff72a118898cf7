/** What one caller saw that asked call after call for a moment. */
export interface IdleAnswer {
  /** Median response time, microseconds; null when most calls were not answered. */
  readonly medianUs: number | null;
  readonly unanswered: number;
}

export interface IdleCheck {
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
