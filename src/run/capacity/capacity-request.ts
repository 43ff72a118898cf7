import type { Environment, EnvironmentOptions } from '../../environment/environment.js';
import type { SearchPlan } from '../../journal/search-plan.js';
import type { CapacityStart } from '../../journal/start-entry.js';
import type { LoadEngine } from '../../load/load-engine.js';
import type { Redactor } from '../../scenario/file/redactor.js';
import type { LoadedScenario } from '../../scenario/parse-scenario.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { FinishedRun } from '../finish-run.js';
import type { JournalSink } from '../record-drive.js';
import type { RunFolder } from '../run-folder.js';
import type { SearchUnder } from './search-entry.js';

export interface CapacityRequest {
  readonly loaded: LoadedScenario;
  readonly searches: readonly SearchUnder[];
  /** Everything but what is found out on the way. */
  readonly start: Omit<CapacityStart, 'entries' | 'generatorRate'>;
  readonly plan: SearchPlan;
  /** Longest that the closed sweep may take, seconds. */
  readonly sweepS: number;
  /** Sessions that one instance accepts. */
  readonly mostSessions?: number | undefined;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly out?: string | undefined;
  readonly toxiproxy: string;
  /** Aborted with the reason `interrupted` or `terminated` when the user asks for an end. */
  readonly stop: AbortSignal;
}

/** The parts with sockets, files and threads, as a capacity search uses them; tests put others in their place. */
export interface CapacityParts {
  openEnvironment(scenario: Scenario, options: EnvironmentOptions): Promise<Environment>;
  openJournal(path: string, redactor: Redactor): JournalSink;
  finish(folder: RunFolder): Promise<FinishedRun>;
  /** Highest rate that one load thread is trusted with on this machine, calls/s; undefined where it was not measured. */
  calibrate(onStep: (text: string) => void): Promise<number | undefined>;
  /** Makes a second engine, for idle sessions. */
  engineFor(scenario: Scenario): LoadEngine;
  /** Resident bytes of a process and its descendants. */
  readRss(pid: number): Promise<number | undefined>;
  /** Monotonic milliseconds. */
  nowMs(): number;
}
