import { writeFileSync } from 'node:fs';
import type { Environment, EnvironmentOptions } from '../environment/environment.js';
import type { ScenarioEvents } from '../environment/scenario-events.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import { judgedBaseline } from '../judge/saved-baseline.js';
import type { Redactor } from '../scenario/file/redactor.js';
import type { LoadedScenario } from '../scenario/parse-scenario.js';
import type { Segment } from '../scenario/plan/segment.js';
import type { Scenario, ScenarioEvent } from '../scenario/scenario.js';
import type { FinishedRun } from './finish-run.js';
import { hostFacts } from './host-facts.js';
import { noteLeft } from './note-left.js';
import { type DriveOutcome, type JournalSink, recordDrive } from './record-drive.js';
import { createRunFolder, discardRunFolder, newRunId, type RunFolder } from './run-folder.js';
import { targetFacts } from './target-facts.js';

/** The parts with sockets, files and threads, as a run uses them; tests put others in their place. */
export interface RunParts {
  openEnvironment(scenario: Scenario, options: EnvironmentOptions): Promise<Environment>;
  openEvents(events: readonly ScenarioEvent[], redact: (text: string) => string): ScenarioEvents;
  openJournal(path: string, redactor: Redactor): JournalSink;
  /** Derives result and reports from the journal in the folder. */
  finish(folder: RunFolder): Promise<FinishedRun>;
}

export interface RunRequest {
  readonly loaded: LoadedScenario;
  readonly timeline: readonly Segment[];
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly out?: string | undefined;
  /** URL of a Toxiproxy, or `embedded`. */
  readonly toxiproxy: string;
  /** Aborted with the reason `interrupted` or `terminated` when the user asks for an end. */
  readonly stop: AbortSignal;
}

/** Told while a run goes on. */
export interface RunWatcher {
  onFolder(folder: RunFolder): void;
  onStep(text: string): void;
  onOpened(environment: Environment): void;
  onStart(startedAtMs: number): void;
  onEntry(entry: JournalEntry): void;
  onDriven(outcome: DriveOutcome): void;
}

/**
 * One run from an open scenario to its reports: folder, environment, one drive, journal, result. The environment is closed however it ends.
 * @throws PlimsollError: 2 for a baseline that cannot be read, 2 and 8 for the folder, 6 when the target cannot be loaded, 130 and 143 when stopped before the load started,
 * 8 when the disk was full (the load is then stopped and the server too; reports are written as far as the disk takes them).
 */
export async function performRun(request: RunRequest, parts: RunParts, watcher: RunWatcher): Promise<FinishedRun> {
  const { loaded, stop } = request;
  const { scenario, redactor } = loaded;
  // Read before anything is started: a run that cannot be judged as asked is not worth its load.
  const baseline = judgedBaseline(scenario.baseline);
  const runId = newRunId(new Date());
  const folder = createRunFolder({ out: request.out, scenario: scenario.name, runId });
  writeFileSync(folder.scenario, loaded.redactedYaml);
  watcher.onFolder(folder);
  const outcome = await openAndDrive();
  watcher.onDriven(outcome);
  if (outcome.journalError !== undefined) throw await diskTrouble(outcome, folder, parts);
  return parts.finish(folder);

  async function openAndDrive(): Promise<DriveOutcome> {
    let environment: Environment;
    try {
      environment = await parts.openEnvironment(scenario, {
        onStep: (text) => watcher.onStep(text),
        serverLog: folder.serverLog,
        redactor,
        faults: { runId, intentFile: folder.faults, engine: request.toxiproxy },
        signal: stop,
      });
    } catch (error) {
      discardRunFolder(folder);
      throw stop.aborted ? stoppedEarly(stop) : error;
    }
    let events: ScenarioEvents | undefined;
    try {
      if (scenario.events !== undefined) events = parts.openEvents(scenario.events, redactor.redact);
      watcher.onOpened(environment);
      if (stop.aborted) throw stoppedEarly(stop);
      return await recordDrive({
        environment,
        scenario,
        timeline: request.timeline,
        journal: parts.openJournal(folder.journal, redactor),
        startEntry: (startedAtMs) => ({
          ...startEntry(request, runId, environment, startedAtMs),
          ...(baseline === undefined ? {} : { baseline }),
        }),
        stop,
        events,
        nowMs: Date.now,
        onStart: (startedAtMs) => watcher.onStart(startedAtMs),
        onEntry: (entry) => watcher.onEntry(entry),
      });
    } finally {
      events?.close();
      noteLeft(folder.journal, await environment.close(), redactor);
    }
  }
}

function startEntry(request: RunRequest, runId: string, environment: Environment, startedAtMs: number): StartEntry {
  const { loaded } = request;
  return {
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId,
    version: request.version,
    startedAt: new Date(startedAtMs).toISOString(),
    scenario: loaded.redacted,
    scenarioHash: loaded.hash,
    labels: request.labels,
    host: hostFacts(),
    target: targetFacts(loaded.scenario.target, environment.endpoints),
    timeline: request.timeline,
    workers: environment.workers,
    timeoutMs: loaded.scenario.load.timeoutMs,
    slo: loaded.scenario.slo,
    ...(environment.faults === undefined
      ? {}
      : { faultEngine: environment.faults.engine, proxiedPaths: environment.faults.proxiedPaths }),
    ...(loaded.scenario.faults.length === 0 ? {} : { recoveryWithinS: loaded.scenario.recovery.withinMs / 1000 }),
  };
}

function stoppedEarly(stop: AbortSignal): PlimsollError {
  const exitCode: ExitCode = stop.reason === 'terminated' ? EXIT.terminated : EXIT.interrupted;
  return new PlimsollError('stopped before the load started', exitCode);
}

async function diskTrouble(outcome: DriveOutcome, folder: RunFolder, parts: RunParts): Promise<PlimsollError> {
  let kept: string;
  try {
    await parts.finish(folder);
    kept = `a report of the seconds that were written is in ${folder.dir}`;
  } catch {
    kept = `make room and run \`plimsoll report ${folder.dir}\` for the seconds that were written`;
  }
  return new PlimsollError(
    `${outcome.text}; the load was stopped, and the server under test where plimsoll had started it`,
    EXIT.machine,
    {
      hint: kept,
      cause: outcome.journalError,
    },
  );
}
