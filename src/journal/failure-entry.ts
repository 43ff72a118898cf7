import type { OutcomeClass } from '../scenario/outcome.js';
import type { IntervalHistogram } from './interval-histogram.js';

/** Attempts of one second that failed with one class. */
export interface FailedAttempts {
  /** From the start of each attempt to its end, whether it was answered or not. */
  readonly took: IntervalHistogram;
  /** How many came with which HTTP status and JSON-RPC code, by `answerKey`. Absent: none came with either. */
  readonly answers?: Readonly<Record<string, number>>;
}

export type FailuresByClass = Readonly<Partial<Record<OutcomeClass, FailedAttempts>>>;

/** Different answers that are told apart within one class: a server may make up codes without end. */
const MOST_ANSWERS = 16;
/** Answers beyond those. */
export const OTHER_ANSWERS = 'other';

/** `503/`, `200/-32603`, `/-32603` (no HTTP); undefined where neither came. */
export function answerKey(status: number | undefined, rpcCode: number | undefined): string | undefined {
  return status === undefined && rpcCode === undefined ? undefined : `${status ?? ''}/${rpcCode ?? ''}`;
}

/** Counts one answer, or several, among few that are told apart. */
export function addAnswer(answers: Map<string, number>, key: string, count = 1): void {
  const kept = answers.has(key) || answers.size < MOST_ANSWERS ? key : OTHER_ANSWERS;
  answers.set(kept, (answers.get(kept) ?? 0) + count);
}
