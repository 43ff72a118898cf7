import type { HungCalls } from '../../result/fault-findings.js';
import { DEFAULT_SLO } from '../../scenario/objective.js';
import type { Tally } from '../tally.js';

/** A call hangs when it takes several times what the SLO allows, and a second at the least: slow is not hung. */
const TIMES_THE_LIMIT = 3;
const AT_LEAST_MS = 1000;

/** From when on a call counts as hung; never above `load.timeout`, at which the client gives up. */
export const hungAfterMs = (limitMs: number | undefined, timeoutMs: number): number =>
  Math.min(timeoutMs, Math.max(AT_LEAST_MS, TIMES_THE_LIMIT * (limitMs ?? DEFAULT_SLO.p95Ms)));

/** Calls of some cells that were held for long, by how they ended; undefined when there were none. */
export function hungCalls(tally: Tally, afterMs: number): HungCalls | undefined {
  const answeredLate = tally.response.countAbove(afterMs * 1000);
  const failedLate = tally.failedResponse.countAbove(afterMs * 1000);
  const timedOut = tally.errorCount('timeout');
  const unfinished = tally.count('unfinished');
  const calls = answeredLate + failedLate + timedOut + unfinished;
  return calls === 0 ? undefined : { afterMs, calls, answeredLate, failedLate, timedOut, unfinished };
}
