import { z } from 'zod';
import { count, optional, seconds, shape } from './schema-terms.js';

export const finding = shape({
  /** For instance `no-timeout`, `pool-exhausted`, `blast-radius`. */
  code: z.string().describe('Stable name.'),
  level: z.enum(['problem', 'good', 'note']),
  text: z.string(),
  runbook: optional(shape({ taxonomy: z.string(), check: z.string(), mitigate: z.string() }).describe('The step it suggests.')),
});

/** A sentence that the figures support, with the step of a runbook that it suggests. */
export type FaultFinding = z.infer<typeof finding>;

export const hung = shape({
  /** From its due time. */
  afterMs: z.number().describe('A call counts as hung when it took longer than this.'),
  calls: count('Calls that hung.'),
  /** Successes and failures. */
  answeredLate: count('Answered in the end.'),
  failedLate: count('Failed by the server in the end.'),
  /** At `load.timeout`. */
  timedOut: count('Given up by the client.'),
  unfinished: count('Still in flight when the drain ended.'),
});

/** Calls that were held for long, and how they ended. */
export type HungCalls = z.infer<typeof hung>;

export const recovery = shape({
  /**
   * `survived`: never left the SLO. `recovered`: left it and came back. `stayed-down`: the load went on long enough and it did not come
   * back. `not-observed`: the load ended, another fault was on, or the fault's end is not known.
   */
  state: z.enum(['survived', 'recovered', 'stayed-down', 'not-observed']),
  /** `recovered` and `survived` only. */
  recoverS: seconds('From the end of the fault to the first window inside the SLO; resolution one second.'),
  windowS: z.number().describe('Length of the window that has to be inside the SLO.'),
  /** Before it ended or another fault began. */
  watchedS: seconds('How long load was watched after the end of the fault.'),
  /** One sentence. */
  text: z.string(),
  /** Absent: it is not. */
  inDoubt: optional(
    z.literal(true).describe('A second that was outside the SLO had more than 10 ms of delay: this machine may have made it.'),
  ),
  /**
   * Calls that the fault left behind over spare capacity, with the highest rate that this run saw served as capacity. A longer
   * recovery has another cause. Absent where the run saw no spare capacity.
   */
  drainAtMostS: seconds('The longest time that the backlog explains.'),
});

/** Whether the run came back inside the SLO after the fault ended. */
export type Recovery = z.infer<typeof recovery>;
