import type { NoteEntry, SampleEntry } from '../journal/journal-entry.js';
import type { CellEntry, SecondEntry } from '../journal/second-entry.js';
import type { DriverCounters, EndpointDescription } from '../mcp/driver.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario } from '../scenario/scenario.js';
import type { DriveWatch } from './live-tally.js';

/** What a drive tells while it runs. Entries come in order of `t` for each worker; cells are named before they are used. */
export type DriveEntry = CellEntry | SecondEntry | SampleEntry | NoteEntry;

/** One stretch of load to drive. Many may follow one another on the same engine. */
export interface DriveSpec {
  readonly scenario: Scenario;
  readonly timeline: readonly Segment[];
  /** Share of the schedule that this process takes: call i is ours when i % count === index. */
  readonly shard: { readonly index: number; readonly count: number };
  /** Told by each load thread while the drive goes on. */
  readonly watch?: DriveWatch;
  /** Successes with a longer response time are kept one by one, microseconds. Absent: none; failures always are. */
  readonly keepAboveUs?: number;
}

export interface DriveEnd {
  readonly reason: 'completed' | 'stopped' | 'aborted';
  /** Seconds from the start of the first phase to the end of the drain. */
  readonly endedS: number;
  readonly counters: DriverCounters;
}

/** A drive in progress. */
export interface Drive {
  /** `Date.now()` of t = 0. */
  readonly startedAtMs: number;
  readonly ended: Promise<DriveEnd>;
  /** Starts no more arrivals, drains and ends (`at once`: cancels what is in flight). */
  stop(how: 'drain' | 'at once', reason: 'stopped' | 'aborted'): void;
}

/** The load threads with their open sessions: opened once, driven many times. */
export interface LoadEngine {
  /** Load threads, known before `open`; the start entry of a journal keeps it. */
  readonly workers: number;
  /** Starts the threads, opens the sessions. @throws PlimsollError with exit code 6 or 8. */
  open(): Promise<readonly EndpointDescription[]>;
  drive(spec: DriveSpec, onEntry: (entry: DriveEntry) => void): Drive;
  /** Another token of `target.auth` for all threads; undefined: there is none any more. */
  setToken?(token: string | undefined): void;
  /** stdio: the server processes that run now. */
  serverProcesses?(): readonly number[];
  close(): Promise<void>;
  /** What the threads had counted when they were closed; undefined before, and where one could not tell. */
  readonly lastCounters?: DriverCounters | undefined;
}
