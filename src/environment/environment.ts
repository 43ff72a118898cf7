import type { FaultEngine } from '../journal/fault-entry.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import type { SentBeside } from '../journal/sessions-entry.js';
import type { PlainCeiling } from '../load/ceiling/plain-ceiling.js';
import type { Drive, DriveEntry, DriveSpec, LoadEngine } from '../load/load-engine.js';
import type { DriverCounters, EndpointDescription } from '../mcp/driver.js';
import type { Redactor } from '../scenario/file/redactor.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario } from '../scenario/scenario.js';

/** Told while the environment opens, for progress on a terminal. */
export type OpeningStep = (text: string) => void;

export interface EnvironmentOptions {
  readonly onStep: OpeningStep;
  /** Server output goes to this file (created, appended). Absent: a temporary file. */
  readonly serverLog?: string;
  /** Takes secrets out of what the server under test prints and of every sentence, and learns those that come up on the way (tokens). */
  readonly redactor: Redactor;
  /** Needed where the scenario has dependencies. Absent: the embedded engine, with its record in the temporary folder. */
  readonly faults?: FaultOptions;
  readonly signal: AbortSignal;
}

export interface FaultOptions {
  readonly runId: string;
  /** Absolute path at which the fault agent writes down what it is about to do. */
  readonly intentFile: string;
  /** URL of a Toxiproxy, or `embedded`. */
  readonly engine: string;
}

/** The engine that carries the faults, and by dependency whether its path carried a connection before the load. */
export interface FaultLine {
  readonly engine: FaultEngine;
  readonly proxiedPaths: Readonly<Record<string, 'verified' | 'unverified'>>;
}

/** Faults that stay in force over drives. */
export interface HeldFaults {
  /** Takes them off; resolves when that is done and told. Idempotent, never rejects. */
  release(): Promise<void>;
}

/** What a drive may be asked for beside its load. */
export type DriveMore = Pick<DriveSpec, 'watch' | 'keepAboveUs'>;

/** A drive in an open environment. */
export interface EnvironmentDrive extends Drive {
  /** Seconds since t = 0 by a clock that nobody sets; negative before the first phase. */
  readonly nowS: () => number;
}

/** What outlives a drive: server under test, sessions, probes. Opened once, driven many times, closed for sure. */
export interface Environment {
  readonly endpoints: readonly EndpointDescription[];
  /** Load threads, see `LoadEngine.workers`. */
  readonly workers: number;
  /** Warnings found while opening (destructive tools, preflight remarks). */
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly code: string; readonly text: string }[];
  /** Where the scenario has dependencies. */
  readonly faults?: FaultLine;
  /** Resolves with a sentence when the server under test that we started exits by itself. Never rejects. */
  readonly serverExited: Promise<string>;
  /**
   * Drives the load once; probes and samplers report into `onEntry` for as long as the drive lasts. The scenario's faults are carried out
   * at their times, unless faults are held. Nothing is told before the next turn of the event loop: by then the caller has the drive.
   */
  drive(
    scenario: Scenario,
    timeline: readonly Segment[],
    onEntry: (entry: DriveEntry | JournalEntry) => void,
    more?: DriveMore,
  ): EnvironmentDrive;
  /**
   * Puts the faults of a scenario in force from now until they are released, over any number of drives. Their `atMs` count from now.
   * Resolves when the first of them is in force; one hold at a time. Entries are told with `t` in seconds from `originMs` (`Date.now()`).
   * @throws PlimsollError with exit code 7 when it could not be put in force.
   */
  holdFaults(scenario: Scenario, originMs: number, onEntry: (entry: JournalEntry) => void): Promise<HeldFaults>;
  /** What the preflight sent; absent where it called nothing. */
  readonly sentBefore?: SentBeside;
  /**
   * What a closed loop of callers reaches within whole seconds, by a plain HTTP client beside the load; absent where the scenario's calls need
   * more than that.
   */
  probeCeiling?(callers: number, durationS: number): Promise<PlainCeiling>;
  /** Makes an engine that holds sessions beside the load, as the same caller: with the token of `target.auth` and each that follows it. */
  engineBeside?(scenario: Scenario): LoadEngine;
  /**
   * Ends the sessions of the load, after the last drive. @returns what the load threads counted in all, with the sessions of the preflight and
   * of engines beside it; undefined where one could not tell
   */
  endSessions?(): Promise<DriverCounters | undefined>;
  /** The process of the server under test, where it is known. */
  readonly pid?: number;
  /** Closes everything that was opened. @returns what stayed in force at the fault engine, in words. Idempotent, never rejects. */
  close(): Promise<readonly string[]>;
}
