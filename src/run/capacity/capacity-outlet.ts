import type { JournalEntry } from '../../journal/journal-entry.js';
import type { CapacitySetting } from './capacity-start.js';
import type { CountDrives } from './counted-drives.js';

/** A setting whose journal is open. */
export interface CapacityOutlet extends CapacitySetting {
  readonly write: (entry: JournalEntry) => void;
  /** The environment, its drives written down under what they are for. */
  readonly drives: CountDrives;
  /** `parts.nowMs` at the start of the run. */
  readonly originMs: number;
  /** `Date.now()` at the start of the run. */
  readonly startedAtMs: number;
  /** Aborted when everything has to end. */
  readonly ended: AbortSignal;
  /** Why, in words. */
  readonly why: () => string | undefined;
}
