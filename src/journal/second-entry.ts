import type { OutcomeClass } from '../scenario/outcome.js';
import type { FailuresByClass } from './failure-entry.js';
import type { IntervalHistogram } from './interval-histogram.js';
import type { SlowCall } from './slow-call.js';

/**
 * What one cell (tool x endpoint x tenant x segment) did in one second. Counters that are 0 are left out. `offered`, `started` and `retries`
 * can be below 0 in the second in which a call, overtaken by a fault, was moved to the edge of its segment: the sums are what counts.
 */
export interface CellSecond {
  readonly cell: number;
  /** Arrivals and journey steps that became due in this second. */
  readonly offered?: number;
  readonly started?: number;
  /** Ended in this second, whatever the outcome: completed = ok + failed. */
  readonly ok?: number;
  readonly failed?: number;
  /** All slots taken while the generator was on time. */
  readonly dropped?: number;
  /** Given up because the generator was late. */
  readonly droppedByGenerator?: number;
  /** Still in flight when the drain ended. */
  readonly unfinished?: number;
  readonly retries?: number;
  /** Successes that needed a further attempt. */
  readonly okAfterRetry?: number;
  /** Taken back by the scenario (`cancel`): neither ok nor failed. */
  readonly cancelled?: number;
  /** Requests of the server that we answered within calls. */
  readonly rounds?: number;
  /** Times that tasks were asked about. */
  readonly polls?: number;
  /** Progress notifications. */
  readonly progress?: number;
  /** Time in which the server waited for our replies, of the calls that had any; left out of every other time. */
  readonly clientDelay?: IntervalHistogram;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  /** Failures whose answer asked to wait (`Retry-After`): how many, and for how long, in milliseconds. */
  readonly retryAfter?: { readonly count: number; readonly sumMs: number; readonly maxMs: number };
  /** Failures of this second by class (dropped and unfinished not repeated here). */
  readonly errors?: Readonly<Partial<Record<OutcomeClass, number>>>;
  /** The last attempts of the failures of this second: how long they took and what was answered. */
  readonly failures?: FailuresByClass;
  /** Attempts that failed and were tried again, of the calls that ended in this second, by class. */
  readonly retried?: FailuresByClass;
  /** Response time (intended start to end) of answered successes. */
  readonly response?: IntervalHistogram;
  /** Service time (actual start to end) of answered successes. */
  readonly service?: IntervalHistogram;
  /** Actual start to first byte or first event of answered successes. */
  readonly firstByte?: IntervalHistogram;
  /** Response time of answered failures. */
  readonly failedResponse?: IntervalHistogram;
}

/** State of one load thread in one second. */
export interface GeneratorSecond {
  /** Lateness of starts (actual minus intended), microseconds. */
  readonly lateness?: IntervalHistogram;
  /** CPU seconds used by the load thread's process part in this second (thread share where it can be told). */
  readonly cpuS?: number;
  /** Event-loop utilisation 0..1. Shown, never judged. */
  readonly eventLoopUtilisation?: number;
  /**
   * Stretches in which the thread did not run when it wanted to, or was busy for longer than a millisecond in one turn: neither starts nor
   * answers were served. Start and length in milliseconds from the start of the first phase; one that began in an earlier second stands
   * where it ended, with its true start. 0 behind them: nothing was to be done in it, no start nor what follows an answer, so that it delayed
   * the reading of answers alone.
   */
  readonly gaps?: readonly (readonly [startMs: number, lengthMs: number, owed?: 0])[];
  /** Calls in flight at each instant of a grid of 10 ms that is common to all threads, beginning with the start of the second. */
  readonly inFlightAt?: readonly number[];
  readonly connectionsOpened?: number;
  readonly connectionsReused?: number;
  /** Sessions opened, recognised as gone and opened again since the last second that told; those of the opening stand in the first. Absent: none. */
  readonly sessionsOpened?: number;
  readonly sessionsLost?: number;
  readonly sessionsReplaced?: number;
  /** Streams held beside the calls (`sessions.stream`): how many stood at the end of the second, ended in it, and what came on them. */
  readonly streamsOpen?: number;
  readonly streamsLost?: number;
  readonly streamMessages?: number;
}

/** Names a cell the first time it is used. */
export interface CellEntry {
  readonly type: 'cell';
  readonly id: number;
  readonly tool: string;
  readonly endpoint: string;
  readonly tenant?: string;
  /** Segment id. */
  readonly segment: number;
}

/** One load thread's second. Seconds after the last phase belong to the drain. */
export interface SecondEntry {
  readonly type: 'second';
  /** Whole seconds from the start of the first phase: covers [t, t+1). */
  readonly t: number;
  readonly worker: number;
  /** Mean number of calls in flight over the second, time-weighted. */
  readonly inFlight: number;
  readonly generator: GeneratorSecond;
  readonly cells: readonly CellSecond[];
  /** Calls that ended, or were dropped, in this second, whose outcome a disturbance could have made. Absent: none. */
  readonly slow?: readonly SlowCall[];
  /** How many more there were. */
  readonly slowMore?: number;
}
