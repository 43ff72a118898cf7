import type { OutcomeClass } from '../scenario/outcome.js';

/**
 * A call whose outcome a disturbance of this machine could have made: one above the smallest judged latency limit, one that failed, or one
 * that was never started. Cell; when it was due, milliseconds from the start of the first phase; response time from then on, microseconds
 * (0 for a dropped start); lateness of its start, microseconds; outcome, absent for a success.
 */
export type SlowCall = readonly [cell: number, dueMs: number, responseUs: number, latenessUs: number, outcome?: OutcomeClass];
