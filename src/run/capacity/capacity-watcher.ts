import type { RecoveryVerdict } from '../../capacity/recovery/recovery-verdict.js';
import type { TrialVerdict } from '../../capacity/search/trial-verdict.js';
import type { RecoveryLevelEntry } from '../../journal/recovery-entry.js';
import type { SweepEntry, TrialEntry } from '../../journal/trial-entry.js';
import type { RunFolder } from '../run-folder.js';

/** Told while the searches go on. */
export interface CapacityWatcher {
  onFolder?(folder: RunFolder): void;
  onStep?(text: string): void;
  onNote?(level: 'info' | 'warning' | 'error', text: string): void;
  onTrial?(entry: TrialEntry, verdict: TrialVerdict | undefined): void;
  onPoint?(entry: SweepEntry): void;
  onLevel?(entry: RecoveryLevelEntry, verdict: RecoveryVerdict): void;
  onSearchEnd?(under: string, ending: string, reason: string, tookS: number): void;
}
