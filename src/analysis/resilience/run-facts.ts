import type { EndEntry } from '../../journal/journal-entry.js';
import type { Book } from '../books.js';
import type { Disturbance } from '../noise/disturbance.js';
import type { RunCalls } from '../run-calls.js';
import type { ErrorEvidence } from '../tally.js';

/** What the resilience figures read of the whole run: the ledger, once the journal is in it. */
export interface RunFacts {
  readonly books: readonly Book[];
  readonly end: EndEntry | undefined;
  /** Seconds from the start of the first phase to the end of arrivals. */
  readonly loadEndedS: number;
  readonly noise: Disturbance;
  readonly calls: RunCalls;
  evidenceOf(books: readonly Book[]): ErrorEvidence;
}
