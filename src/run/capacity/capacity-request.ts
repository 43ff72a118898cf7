import type { RecoveryVerdict } from '../../capacity/recovery/recovery-verdict.js';
import type { TrialVerdict } from '../../capacity/search/trial-verdict.js';
import type { RecoveryLevelEntry } from '../../journal/recovery-entry.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import type { CapacityStart } from '../../journal/start-entry.js';
import type { SweepEntry, TrialEntry } from '../../journal/trial-entry.js';
import type { RunFolder } from '../run-folder.js';
import type { SessionParts, SessionRequest } from '../run-session.js';
import type { SearchUnder } from './search-entry.js';

/** What a search sets out to do. */
export interface SearchOrder {
  readonly searches: readonly SearchUnder[];
  /** Everything but what is found out on the way. */
  readonly start: Omit<CapacityStart, 'entries' | 'generatorRate'>;
  readonly plan: SearchPlan;
  /** Longest that the closed sweep may take, seconds. */
  readonly sweepS: number;
  /** Sessions that one instance accepts. */
  readonly mostSessions?: number | undefined;
}

export interface CapacityRequest extends SessionRequest, SearchOrder {}

/** The parts with sockets, files and threads, as a capacity search uses them; tests put others in their place. */
export interface CapacityParts extends SessionParts {
  /** Highest rate that one load thread is trusted with on this machine, calls/s; undefined where it was not measured. */
  calibrate(onStep: (text: string) => void): Promise<number | undefined>;
  /** Resident bytes of a process and its descendants. */
  readRss(pid: number): Promise<number | undefined>;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

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
