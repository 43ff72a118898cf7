import { OUTCOMES, type OutcomeClass } from '../scenario/outcome.js';
import type { CellSecond } from './second-entry.js';

/** Calls that got no answer, and that the server has to answer for: they rank above every answered one. */
export function unansweredIn({
  dropped = 0,
  unfinished = 0,
  errors = {},
}: Pick<CellSecond, 'dropped' | 'unfinished' | 'errors'>): number {
  let count = dropped + unfinished;
  for (const [name, times] of Object.entries(errors)) if (!OUTCOMES[name as OutcomeClass].answered) count += times;
  return count;
}
