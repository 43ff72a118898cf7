import type { Drive, DriveEntry } from '../load/load-engine.js';
import type { Segment } from '../load/segment.js';
import type { EndpointDescription } from '../mcp/driver.js';
import type { JournalEntry } from '../measure/journal-entry.js';
import type { Scenario } from '../scenario/scenario.js';

/** Told while the environment opens, for progress on a terminal. */
export type OpeningStep = (text: string) => void;

export interface EnvironmentOptions {
  readonly onStep: OpeningStep;
  /** Server output goes to this file (created, appended). Absent: a temporary file. */
  readonly serverLog?: string;
  /** Takes secrets out of what the server under test prints, before it is written anywhere. */
  readonly redact?: (text: string) => string;
  readonly signal: AbortSignal;
}

/** What outlives a drive: server under test, sessions, probes. Opened once, driven many times, closed for sure. */
export interface Environment {
  readonly endpoints: readonly EndpointDescription[];
  /** Load threads, see `LoadEngine.workers`. */
  readonly workers: number;
  /** Warnings found while opening (destructive tools, preflight remarks). */
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly code: string; readonly text: string }[];
  /** Resolves with a sentence when the server under test that we started exits by itself. Never rejects. */
  readonly serverExited: Promise<string>;
  /** Drives the load once; probes and samplers report into `onEntry` for as long as the drive lasts. */
  drive(scenario: Scenario, timeline: readonly Segment[], onEntry: (entry: DriveEntry | JournalEntry) => void): Drive;
  close(): Promise<void>;
}
