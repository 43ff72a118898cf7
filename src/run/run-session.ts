import { writeFileSync } from 'node:fs';
import type { Environment, EnvironmentOptions } from '../environment/environment.js';
import { machineTrouble } from '../errors/machine-trouble.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { EarlierAttempt } from '../journal/earlier-attempt.js';
import type { EndEntry, JournalEntry } from '../journal/journal-entry.js';
import { trafficEntry } from '../journal/sessions-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import { noteCode, noteText } from '../mcp/call/note-words.js';
import type { Redactor } from '../scenario/file/redactor.js';
import type { LoadedScenario } from '../scenario/reading/parse-scenario.js';
import type { Scenario } from '../scenario/scenario.js';
import type { FinishedRun } from './finish-run.js';
import { hostFacts } from './host-facts.js';
import { noteLeft } from './note-left.js';
import { onAborted } from './on-aborted.js';
import type { QuietWatch } from './quiet/quiet-watch.js';
import { runProcesses } from './quiet/run-processes.js';
import { refuseStopped } from './refuse-stopped.js';
import { createRunFolder, discardRunFolder, type MadeRunFolder, newRunId, type RunFolder } from './run-folder.js';
import { sessionEntries } from './session-entries.js';
import { targetFacts } from './target-facts.js';

/** What every run is asked for, whatever it measures. */
export interface SessionRequest {
  readonly loaded: LoadedScenario;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Run folder; absent: `reports/<scenario>/<run id>` below the working folder. */
  readonly out?: string | undefined;
  /** URL of a Toxiproxy, or `embedded`. */
  readonly toxiproxy: string;
  /** Aborted with the reason `interrupted` or `terminated` when the user asks for an end. */
  readonly stop: AbortSignal;
  /** Longest that the load waits for a quiet machine, milliseconds. Absent or 0: it does not look. */
  readonly waitQuietMs?: number | undefined;
  /** `warn`: an outcome in doubt does not fail. */
  readonly onDoubt?: 'warn' | undefined;
  /** Attempts before this one, their folders from this run's; absent where there are none. */
  readonly earlier?: ((dir: string) => readonly EarlierAttempt[]) | undefined;
}

/** What a run is written to; it takes secrets out of all that it writes. Never throws: what could not be written is told once by `failed`. */
export interface JournalSink {
  write(entry: JournalEntry): void;
  /** Resolves with the error when the journal can no longer be written; never rejects. */
  readonly failed: Promise<Error>;
  /** Flushes and closes. @throws what `failed` resolved with. */
  close(): Promise<void>;
}

/** The parts with sockets, files and threads that every run uses; tests put others in their place. */
export interface SessionParts {
  openEnvironment(scenario: Scenario, options: EnvironmentOptions): Promise<Environment>;
  openJournal(path: string, redactor: Redactor): JournalSink;
  /** Begins to look at what else uses this machine. */
  watchQuiet(): Pick<QuietWatch, 'wait'>;
  /** Derives result and reports from the journal in the folder. */
  finish(folder: RunFolder): Promise<FinishedRun>;
}

/** Told while a session goes on. */
export interface SessionWatcher {
  onFolder?(folder: RunFolder): void;
  onStep?(text: string): void;
  /** Each entry of the journal, from the first to the last. */
  onEntry?(entry: JournalEntry): void;
}

/** Why the load ended, as the last line of the journal has it. */
export type Ending = Pick<EndEntry, 'reason' | 'text' | 'exitCode'>;

/** The clock of a journal. */
export interface SessionClock {
  /** `Date.now()` of t = 0. */
  readonly startedAtMs: number;
  /** Seconds since t = 0 by a clock that nobody sets. */
  readonly nowS: () => number;
}

/** What the first entry holds of one kind of run alone. */
export type OwnStart = Pick<StartEntry, 'timeline' | 'baseline' | 'recoveryWithinS' | 'abort' | 'capacity' | 'gate'>;

/** The end of a load that knows its own; else it is the moment at which its sessions have ended, with what the drivers counted by then. */
export interface LoadEnd {
  /** Seconds since t = 0. */
  readonly endedS: number;
  /** What the drivers counted that is no outcome, by name. */
  readonly warnings: Readonly<Record<string, number>>;
}

interface Opened {
  readonly request: SessionRequest;
  readonly parts: SessionParts;
  readonly watcher: SessionWatcher;
  readonly runId: string;
  readonly folder: MadeRunFolder;
  /** Where the load is to wait for quiet. */
  readonly quiet: Pick<QuietWatch, 'wait'> | undefined;
}

/**
 * A run of any kind from its open scenario to its reports. It owns the folder, the redactor, the journal, the environment and the first
 * reason to stop (the user, the server under test, the journal, whatever the run itself finds); what is measured is a body of `record`.
 */
export class RunSession {
  readonly environment: Environment;
  readonly #opened: Opened;
  readonly #ended = new AbortController();
  /** While the load goes on: what becomes of the server or the journal is a reason to stop. */
  #live = true;
  #off: () => void = () => {};
  #journal: JournalSink | undefined;
  #clock: SessionClock | undefined;
  #ending: Ending | undefined;
  #journalError: Error | undefined;
  /** What was found of the machine before the load. */
  #quietText: string | undefined;

  private constructor(opened: Opened, environment: Environment) {
    this.#opened = opened;
    this.environment = environment;
  }

  /**
   * Makes the folder and opens the environment. Where that fails nothing is left behind but what may say why.
   * @param before is done before the server under test is up, which would share the machine with it
   * @throws PlimsollError: 2 and 8 for the folder, 6 when the target cannot be loaded, 7 for the fault engine, 130 and 143 when stopped.
   */
  static async open(
    request: SessionRequest,
    parts: SessionParts,
    watcher: SessionWatcher,
    before: () => Promise<void> = async () => {},
  ): Promise<RunSession> {
    const { loaded, stop } = request;
    const { scenario, redactor } = loaded;
    const runId = newRunId(new Date());
    const again = request.earlier !== undefined;
    const folder = createRunFolder({ out: request.out, scenario: scenario.name, runId, again });
    writeFileSync(folder.scenario, loaded.redactedYaml);
    watcher.onFolder?.(folder);
    try {
      await before();
      refuseStopped(stop);
      const quiet = (request.waitQuietMs ?? 0) > 0 ? parts.watchQuiet() : undefined;
      const environment = await parts.openEnvironment(scenario, {
        onStep: (text) => watcher.onStep?.(text),
        serverLog: folder.serverLog,
        redactor,
        faults: { runId, intentFile: folder.faults, engine: request.toxiproxy },
        signal: stop,
      });
      return new RunSession({ request, parts, watcher, runId, folder, quiet }, environment);
    } catch (error) {
      discardRunFolder(folder);
      refuseStopped(stop);
      throw error;
    }
  }

  /** Aborted with the first reason to stop. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why the load ended; before that, what ends it. */
  get ending(): Ending | undefined {
    return this.#journalError === undefined ? this.#ending : journalTrouble(this.#journalError);
  }

  /**
   * Waits, no longer than was asked for, until other programs leave enough of this machine. A machine that stays busy is told and loaded all
   * the same.
   * @param limitMs shorter than what was asked for; a wait of 0 that was asked for stays none
   */
  async waitForQuiet(limitMs = Number.POSITIVE_INFINITY): Promise<void> {
    const { request, quiet, watcher } = this.#opened;
    if (quiet === undefined) return;
    const say = (text: string): void => watcher.onStep?.(text);
    const { state, text } = await quiet.wait({
      limitMs: Math.min(limitMs, request.waitQuietMs ?? 0),
      ours: runProcesses(request.loaded.scenario, this.environment),
      signal: request.stop,
      say,
    });
    if (text !== undefined) say(text);
    if (state === 'noisy' || state === 'unseen') this.#quietText = text;
  }

  /** Seconds since t = 0 of the journal. */
  readonly nowS = (): number => Math.max(0, this.#clock?.nowS() ?? 0);

  /** Adds an entry to the journal, without secrets. */
  readonly write = (entry: JournalEntry): void => {
    this.#journal?.write(entry);
    this.#opened.watcher.onEntry?.(entry);
  };

  /** Ends the load; the first reason stands and is told. `failed` has been told already, or is thrown. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    const { reason, text = reason } = ending;
    const level = reason === 'interrupted' || reason === 'terminated' ? 'warning' : 'error';
    if (reason !== 'failed') this.write({ type: 'note', t: this.nowS(), level, code: reason, text });
    this.#ended.abort();
  }

  /**
   * The journal from its first entry to its last. `body` drives the load: it calls `begin` in its first turn, and ends early when `ended`
   * is aborted.
   * @throws what `body` throws, which the journal then ends with, and 130 and 143 when stopped before.
   */
  async record(body: () => Promise<LoadEnd | undefined>): Promise<void> {
    const { request, parts, folder } = this.#opened;
    refuseStopped(request.stop);
    const journal = parts.openJournal(folder.journal, request.loaded.redactor);
    this.#journal = journal;
    let load: LoadEnd | undefined;
    try {
      load = await body();
    } catch (error) {
      this.end({ reason: 'failed', text: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      // What becomes of the server from here on is no part of the run.
      this.#live = false;
      if (this.#clock !== undefined) await this.#writeEnd(load);
      this.#off();
      await journal.close().catch((error: Error) => {
        this.#journalError = error;
      });
    }
  }

  /** Writes the first entry and what the opening found. From here on reasons to stop are heard. */
  begin(clock: SessionClock, own: OwnStart): void {
    const { stop } = this.#opened.request;
    this.#clock = clock;
    this.write(this.#startEntry(clock.startedAtMs, own));
    const { notes, sentBefore } = this.environment;
    for (const { level, code, text } of notes) this.write({ type: 'note', t: 0, level, code, text });
    if (this.#quietText !== undefined)
      this.write({ type: 'note', t: 0, level: 'info', code: 'not-quiet', text: this.#quietText });
    if (sentBefore !== undefined) this.write(trafficEntry('preflight', 0, sentBefore));
    const hear = (ending: Ending): void => {
      if (this.#live) this.end(ending);
    };
    void this.environment.serverExited.then((text) => hear({ reason: 'server-exited', text }));
    void this.#journal?.failed.then((error) => hear(journalTrouble(error)));
    this.#off = onAborted(stop, () => this.end(stop.reason === 'terminated' ? TERMINATED : INTERRUPTED));
  }

  /** Closes the environment, whatever happened before, and writes down what stayed in force. */
  async close(): Promise<void> {
    const { folder, request } = this.#opened;
    noteLeft(folder.journal, await this.environment.close(), request.loaded.redactor, this.nowS());
  }

  /**
   * The reports, after everything is closed.
   * @throws PlimsollError with exit code 8 when the journal could not be written; reports are then written as far as the disk takes them.
   */
  async finish(): Promise<FinishedRun> {
    const { parts, folder } = this.#opened;
    if (this.#journalError === undefined) return parts.finish(folder);
    const { dir } = folder;
    const hint = await parts.finish(folder).then(
      () => `a report of what was written is in ${dir}`,
      () => `make room and run \`plimsoll report ${dir}\` for what was written`,
    );
    throw new PlimsollError(
      `${journalTrouble(this.#journalError).text}; the load was stopped, and the server under test where plimsoll had started it`,
      'machine',
      { hint, cause: this.#journalError },
    );
  }

  #startEntry(startedAtMs: number, own: OwnStart): StartEntry {
    const { request, runId, folder } = this.#opened;
    const { loaded, version, labels, onDoubt } = request;
    const { scenario } = loaded;
    const earlier = request.earlier?.(folder.dir);
    const { endpoints, workers, faults } = this.environment;
    return {
      type: 'start',
      schema: 'plimsoll.journal/1',
      runId,
      version,
      startedAt: new Date(startedAtMs).toISOString(),
      scenario: loaded.redacted,
      scenarioHash: loaded.hash,
      labels,
      host: hostFacts(),
      target: targetFacts(scenario.target, endpoints),
      workers,
      timeoutMs: scenario.load.timeoutMs,
      slo: scenario.slo,
      ...(onDoubt === undefined ? {} : { onDoubt }),
      ...(earlier === undefined || earlier.length === 0 ? {} : { earlier }),
      ...(faults === undefined ? {} : { faultEngine: faults.engine, proxiedPaths: faults.proxiedPaths }),
      ...own,
    };
  }

  async #writeEnd(load: LoadEnd | undefined): Promise<void> {
    const counters = await this.environment.endSessions?.().catch(() => undefined);
    const t = load?.endedS ?? this.nowS();
    for (const [name, count] of Object.entries(load?.warnings ?? counters?.warnings ?? {}))
      this.write({ type: 'note', t, level: 'warning', code: noteCode(name), text: noteText(name, count), count });
    for (const entry of sessionEntries(counters?.sessions, t)) this.write(entry);
    this.write({ type: 'end', t, ...(this.#ending ?? { reason: 'completed' }) });
  }
}

const TERMINATED: Ending = { reason: 'terminated', text: 'stopped by SIGTERM' };
const INTERRUPTED: Ending = { reason: 'interrupted', text: 'stopped with Ctrl-C' };

function journalTrouble(error: Error): Ending {
  const machine = machineTrouble(error.cause) ?? machineTrouble(error);
  return { reason: 'disk-full', text: machine === undefined ? error.message : `the journal cannot be written: ${machine}` };
}
