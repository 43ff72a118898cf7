import { SecondRecord } from '../../../src/analysis/resilience/second-record.js';
import { seeded } from '../../analysis/made-journal.js';

/** Clients with a time limit and retries in front of one queue. Times in seconds. */
export interface RetryingQueue {
  /** Calls that the healthy server answers in a second. */
  readonly capacity: number;
  /** Service takes this many times longer while the fault is on. */
  readonly slowdown: number;
  /** A client gives an attempt up after this long. */
  readonly timeoutS: number;
  /** Attempts for a call, the first included. */
  readonly attempts: number;
  /** Pause before the second attempt; it doubles. */
  readonly backoffS: number;
  /** Share of first attempts that may be retried; absent: no limit. */
  readonly retryBudget?: number;
  /** Attempts that the server holds; more are refused at once. */
  readonly queueCap?: number;
}

export interface HeldLoad {
  readonly rate: number;
  readonly faultOnS: number;
  readonly faultOffS: number;
  readonly endS: number;
}

interface Attempt {
  readonly atS: number;
  readonly dueS: number;
  readonly number: number;
}

/** The limit that makes a call late, microseconds; what ends within its client's time limit is in time. */
const limits = (limitS: number) => [{ name: 'p95', quantile: 0.95, limitUs: limitS * 1e6 }];

/**
 * One server, first come, first served, that knows nothing of the time limits of its clients: what they gave up on is served too, for
 * nothing. Poisson arrivals, constant service.
 * @returns the record of the seconds, and attempts for a call due, the largest over ten seconds
 */
export function holdLoad(queue: RetryingQueue, load: HeldLoad, seed: number): { record: SecondRecord; attemptsPerCall: number } {
  const random = seeded(seed);
  const record = new SecondRecord(limits(queue.timeoutS));
  const attemptsIn: number[] = [];
  const waiting: Attempt[] = [];
  const add = (attempt: Attempt): void => {
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1] as Attempt).atS > attempt.atS) at--;
    waiting.splice(at, 0, attempt);
  };
  let nextDueS = -Math.log(1 - random()) / load.rate;
  let freeS = 0;
  let firsts = 0;
  let retries = 0;
  const leaves: number[] = [];
  for (;;) {
    while (nextDueS < load.endS && (waiting[0] === undefined || nextDueS <= waiting[0].atS)) {
      add({ atS: nextDueS, dueS: nextDueS, number: 1 });
      record.at(Math.floor(nextDueS)).offered++;
      firsts++;
      nextDueS += -Math.log(1 - random()) / load.rate;
    }
    const attempt = waiting.shift();
    if (attempt === undefined || attempt.atS >= load.endS) break;
    const { atS, dueS, number } = attempt;
    attemptsIn[Math.floor(atS)] = (attemptsIn[Math.floor(atS)] ?? 0) + 1;
    while (leaves.length > 0 && (leaves[0] as number) <= atS) leaves.shift();
    const refused = queue.queueCap !== undefined && leaves.length >= queue.queueCap;
    let endS = atS;
    if (!refused) {
      const startS = Math.max(atS, freeS);
      const slow = startS >= load.faultOnS && startS < load.faultOffS ? queue.slowdown : 1;
      freeS = startS + slow / queue.capacity;
      leaves.push(freeS);
      endS = freeS;
    }
    if (!refused && endS - atS <= queue.timeoutS) {
      const second = record.at(Math.floor(endS));
      second.ok++;
      if (endS - dueS > queue.timeoutS) second.over[0] = (second.over[0] ?? 0) + 1;
      continue;
    }
    const gaveUpS = refused ? atS : atS + queue.timeoutS;
    if (number < queue.attempts && retries + 1 <= (queue.retryBudget ?? Number.POSITIVE_INFINITY) * firsts) {
      retries++;
      add({ atS: gaveUpS + queue.backoffS * 2 ** (number - 1) * (0.5 + 0.5 * random()), dueS, number: number + 1 });
    } else {
      const second = record.at(Math.floor(gaveUpS));
      second.bad++;
      second.unanswered++;
    }
  }
  let attemptsPerCall = 0;
  for (let t = 0; t + 10 <= load.endS; t++) {
    const made = attemptsIn.slice(t, t + 10).reduce((sum, count) => sum + (count ?? 0), 0);
    attemptsPerCall = Math.max(attemptsPerCall, made / record.window(t, t + 10).offered);
  }
  return { record, attemptsPerCall };
}
