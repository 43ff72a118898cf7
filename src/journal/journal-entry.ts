import type { ExitCode } from '../errors/exit-codes.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { DelayEntry } from './delay-entry.js';
import type { FaultEntry, ProxyEntry } from './fault-entry.js';
import type { PairEntry } from './pair-entry.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from './recovery-entry.js';
import type { CellEntry, SecondEntry } from './second-entry.js';
import type { SessionsEntry, TrafficEntry } from './sessions-entry.js';
import type { HealthEntry, HostEntry, MetricsEntry, ProcessEntry } from './signal-entry.js';
import type { StartEntry } from './start-entry.js';
import type { ResourcesEntry, SearchEntry, SweepEntry, TrialEntry } from './trial-entry.js';

/** A failed or slow call kept as evidence. */
export interface SampleEntry {
  readonly type: 'sample';
  readonly t: number;
  readonly kind: 'error' | 'slow';
  readonly class: OutcomeClass;
  /** An attempt that was tried again; the call itself may have ended well. */
  readonly retried?: true;
  readonly tool: string;
  readonly endpoint: string;
  readonly segment: number;
  readonly responseUs?: number;
  readonly serviceUs?: number;
  readonly status?: number;
  readonly rpcCode?: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
  readonly traceparent: string;
  readonly requestId: string;
}

/** Something that happened, in words. */
export interface NoteEntry {
  readonly type: 'note';
  readonly t: number;
  readonly level: 'info' | 'warning' | 'error';
  /** Stable name, for instance `server-exited`, `abort`, `interrupted`, `disk-full`, `destructive-tool`. */
  readonly code: string;
  readonly text: string;
  /** How often, of what a driver counted. */
  readonly count?: number;
}

/** A command of the user's own in the time line. */
export interface EventEntry {
  readonly type: 'event';
  readonly t: number;
  readonly name: string;
  readonly what: 'start' | 'end';
  /** With `end`. */
  readonly exitCode?: number;
  readonly durationS?: number;
}

/** Last line of a journal that was closed properly. */
export interface EndEntry {
  readonly type: 'end';
  readonly t: number;
  readonly reason:
    | 'completed'
    | 'interrupted'
    | 'terminated'
    | 'aborted'
    | 'server-exited'
    | 'build-lost'
    | 'disk-full'
    | 'failed';
  readonly text?: string;
  /** Only of `build-lost`: the exit code of the gate, which depends on whose fault it is. */
  readonly exitCode?: ExitCode;
}

export type JournalEntry =
  | StartEntry
  | CellEntry
  | SecondEntry
  | HostEntry
  | DelayEntry
  | HealthEntry
  | ProcessEntry
  | MetricsEntry
  | SampleEntry
  | NoteEntry
  | FaultEntry
  | ProxyEntry
  | EventEntry
  | TrialEntry
  | PairEntry
  | SearchEntry
  | SweepEntry
  | RecoveryLevelEntry
  | RecoverySearchEntry
  | ResourcesEntry
  | SessionsEntry
  | TrafficEntry
  | EndEntry;
