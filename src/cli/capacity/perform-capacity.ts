import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { SearchPlan } from '../../capacity/search-plan.js';
import { conditionsOf } from '../../capacity/slo-condition.js';
import type { TrialVerdict } from '../../capacity/trial-verdict.js';
import type { Environment, EnvironmentOptions } from '../../environment/environment.js';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { LoadEngine } from '../../load/load-engine.js';
import type { CapacityStart, EndEntry, JournalEntry, StartEntry, SweepEntry, TrialEntry } from '../../measure/journal-entry.js';
import type { LoadedScenario } from '../../scenario/parse-scenario.js';
import type { Scenario } from '../../scenario/scenario.js';
import type { FinishedRun } from '../run/finish-run.js';
import { hostFacts } from '../run/host-facts.js';
import { noteLeft } from '../run/note-left.js';
import type { JournalSink } from '../run/record-drive.js';
import { redactEntry } from '../run/redact-entry.js';
import { createRunFolder, newRunId, type RunFolder } from '../run/run-folder.js';
import { targetFacts } from '../run/target-facts.js';
import { closedSweep } from './closed-sweep.js';
import { runSearch } from './run-search.js';
import type { SearchUnder } from './search-entry.js';
import { sessionMemory } from './session-memory.js';
import { startRateOf } from './start-rate.js';
import { TrialRunner } from './trial-runner.js';

/** The parts with sockets, files and threads, as a capacity search uses them; tests put others in their place. */
export interface CapacityParts {
  openEnvironment(scenario: Scenario, options: EnvironmentOptions): Promise<Environment>;
  openJournal(path: string): JournalSink;
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

/** Told while the searches go on. */
export interface CapacityWatcher {
  onFolder(folder: RunFolder): void;
  onStep(text: string): void;
  onNote(level: 'info' | 'warning' | 'error', text: string): void;
  onTrial(entry: TrialEntry, verdict: TrialVerdict | undefined): void;
  onPoint(entry: SweepEntry): void;
  onSearchEnd(under: string, ending: string, reason: string, tookS: number): void;
}

type Ending = Pick<EndEntry, 'reason' | 'text'>;

/**
 * The searches of a capacity run on one environment, from an open scenario to its reports. The environment is closed however it ends.
 * @throws PlimsollError: 2 and 8 for the folder, 6 when the target cannot be loaded, 7 when a fault cannot be put in force, 130 and 143 when
 * stopped before anything was measured, 8 when the disk was full.
 */
export async function performCapacity(
  request: CapacityRequest,
  parts: CapacityParts,
  watcher: CapacityWatcher,
): Promise<FinishedRun> {
  const { loaded, stop } = request;
  const { scenario, redactor } = loaded;
  const runId = newRunId(new Date());
  const folder = createRunFolder({ out: request.out, scenario: scenario.name, runId });
  writeFileSync(folder.scenario, loaded.redactedYaml);
  watcher.onFolder(folder);
  let environment: Environment;
  let generatorRate: number | undefined;
  try {
    // Before the server is up, which would share the machine with it.
    generatorRate = await parts.calibrate((text) => watcher.onStep(text));
    if (stop.aborted) throw stoppedEarly(stop);
    environment = await parts.openEnvironment(scenario, {
      onStep: (text) => watcher.onStep(text),
      serverLog: folder.serverLog,
      redact: redactor.redact,
      faults: { runId, intentFile: folder.faults, engine: request.toxiproxy },
      signal: stop,
    });
  } catch (error) {
    if (!existsSync(folder.serverLog) || statSync(folder.serverLog).size === 0) {
      rmSync(folder.dir, { recursive: true, force: true });
    }
    throw stop.aborted ? stoppedEarly(stop) : error;
  }
  let journalError: Error | undefined;
  try {
    const highestRate = generatorRate === undefined ? undefined : generatorRate * environment.workers;
    journalError = await new CapacityRecording(request, parts, watcher, environment, highestRate).run(
      parts.openJournal(folder.journal),
      runId,
    );
  } finally {
    noteLeft(folder.journal, await environment.close());
  }
  if (journalError !== undefined) {
    throw new PlimsollError(`${journalError.message}; the search was stopped`, EXIT.machine, {
      hint: `make room and run \`plimsoll report ${folder.dir}\` for the trials that were written`,
      cause: journalError,
    });
  }
  return parts.finish(folder);
}

/** What is written while the searches go on. */
class CapacityRecording {
  readonly #ended = new AbortController();
  readonly #request: CapacityRequest;
  readonly #parts: CapacityParts;
  readonly #watcher: CapacityWatcher;
  readonly #environment: Environment;
  readonly #highestRate: number | undefined;
  #ending: Ending | undefined;

  constructor(
    request: CapacityRequest,
    parts: CapacityParts,
    watcher: CapacityWatcher,
    environment: Environment,
    highestRate: number | undefined,
  ) {
    this.#request = request;
    this.#parts = parts;
    this.#watcher = watcher;
    this.#environment = environment;
    this.#highestRate = highestRate;
  }

  /** @returns why the journal could not be written, if so. @throws PlimsollError when a fault cannot be put in force, and what a drive throws. */
  async run(journal: JournalSink, runId: string): Promise<Error | undefined> {
    const { stop, loaded } = this.#request;
    const originMs = this.#parts.nowMs();
    const startedAtMs = Date.now();
    const atS = (): number => (this.#parts.nowMs() - originMs) / 1000;
    const write = (entry: JournalEntry): void => {
      const clean = redactEntry(entry, loaded.redactor.redact);
      journal.write(clean);
      if (clean.type === 'note' && clean.level !== 'info') this.#watcher.onNote(clean.level, clean.text);
      if (clean.type === 'note' && clean.code === 'fault-engine-lost') this.#end({ reason: 'failed', text: clean.text });
    };
    const onStop = (): void => {
      const terminated = stop.reason === 'terminated';
      const ending: Ending = {
        reason: terminated ? 'terminated' : 'interrupted',
        text: terminated ? 'stopped by SIGTERM' : 'stopped by the user',
      };
      if (this.#end(ending)) write({ type: 'note', t: atS(), level: 'warning', code: ending.reason, text: ending.text ?? '' });
    };
    let live = true;
    stop.addEventListener('abort', onStop, { once: true });
    void this.#environment.serverExited.then((sentence) => {
      if (!live || !this.#end({ reason: 'server-exited', text: sentence })) return;
      write({ type: 'note', t: atS(), level: 'error', code: 'server-exited', text: sentence });
    });
    void journal.failed.then((error) => {
      if (live) this.#end({ reason: 'disk-full', text: error.message });
    });
    write(this.#startEntry(runId, startedAtMs));
    for (const { level, code, text } of this.#environment.notes) write({ type: 'note', t: 0, level, code, text });
    if (stop.aborted) onStop();
    try {
      await this.#searchAll(write, originMs, startedAtMs);
    } catch (error) {
      this.#end({ reason: 'failed', text: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      live = false;
      stop.removeEventListener('abort', onStop);
      write({ type: 'end', t: atS(), ...(this.#ending ?? { reason: 'completed' }) });
    }
    try {
      await journal.close();
    } catch (error) {
      return error as Error;
    }
    return undefined;
  }

  async #searchAll(write: (entry: JournalEntry) => void, originMs: number, startedAtMs: number): Promise<void> {
    const { loaded, searches, plan, start } = this.#request;
    const { scenario } = loaded;
    const { nowMs } = this.#parts;
    const runner = new TrialRunner({
      environment: this.#environment,
      scenario,
      write,
      nowMs,
      originMs,
      stop: this.#ended.signal,
    });
    for (const [index, { under, fault, with: parameters = {}, parametersFrom }] of searches.entries()) {
      if (this.#ending !== undefined) return;
      if (fault !== undefined) {
        const words = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
        this.#watcher.onStep(`${under}: ${words.join(', ') || 'no parameters'} (${parametersFrom})`);
      }
      const held =
        fault === undefined
          ? undefined
          : await this.#environment.holdFaults({ ...scenario, faults: [fault] }, startedAtMs, (entry) =>
              write(entry.type === 'fault' ? { ...entry, fault: index } : entry),
            );
      try {
        const { end, tookS } = await runSearch({
          under,
          plan,
          startRate: start.startRate,
          ...(this.#highestRate === undefined ? {} : { highestRate: this.#highestRate }),
          findStart: async (given) => {
            const rate = await startRateOf(this.#environment, scenario, given);
            if (rate > given) this.#watcher.onStep(`${under}: the search begins at ${Number(rate.toPrecision(4))}/s`);
            return rate;
          },
          conditions: conditionsOf(scenario.slo),
          trial: (order, deadlineMs) => runner.run(order, deadlineMs),
          onTrial: (entry, verdict) => {
            write(entry);
            this.#watcher.onTrial(entry, verdict);
          },
          nowMs,
          interrupted: () => this.#ending?.text,
        });
        write({ type: 'search', t: (nowMs() - originMs) / 1000, under, tookS, end });
        this.#watcher.onSearchEnd(under, end.ending, end.reason, tookS);
      } finally {
        await held?.release();
      }
      if (under === 'none') await this.#weighAndSweep(write, originMs);
    }
  }

  /** What is measured on the healthy server beside its capacity, once it is known. */
  async #weighAndSweep(write: (entry: JournalEntry) => void, originMs: number): Promise<void> {
    const { loaded, start, sweepS } = this.#request;
    const { scenario } = loaded;
    const { nowMs, engineFor, readRss } = this.#parts;
    const { pid, endpoints } = this.#environment;
    if (pid !== undefined && this.#ending === undefined) {
      const stateful = endpoints.some((endpoint) => endpoint.stateful && endpoint.era === 'legacy');
      if (stateful) this.#watcher.onStep('weighing idle sessions');
      const weighed = await sessionMemory({
        scenario,
        stateful,
        engineFor,
        readRss: () => readRss(pid),
        atMost: this.#request.mostSessions ?? Number.POSITIVE_INFINITY,
      });
      write({ type: 'resources', t: (nowMs() - originMs) / 1000, ...weighed });
    }
    if (!start.law || this.#ending !== undefined) return;
    await closedSweep({
      environment: this.#environment,
      scenario,
      write,
      onPoint: (entry) => this.#watcher.onPoint(entry),
      onStep: (text) => this.#watcher.onStep(text),
      nowMs,
      originMs,
      stopped: () => this.#ending !== undefined,
      budgetS: sweepS,
    });
  }

  /** The first reason for an end stands. @returns whether this was it. */
  #end(ending: Ending): boolean {
    if (this.#ending !== undefined) return false;
    this.#ending = ending;
    this.#ended.abort();
    return true;
  }

  #startEntry(runId: string, startedAtMs: number): StartEntry {
    const { loaded, searches, start, version, labels } = this.#request;
    const { faults } = this.#environment;
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
      target: loaded.redactor.redactData(targetFacts(loaded.scenario.target, this.#environment.endpoints)),
      timeline: [],
      workers: this.#environment.workers,
      timeoutMs: loaded.scenario.load.timeoutMs,
      slo: loaded.scenario.slo,
      ...(faults === undefined ? {} : { faultEngine: faults.engine, proxiedPaths: faults.proxiedPaths }),
      capacity: {
        ...start,
        ...(this.#highestRate === undefined ? {} : { generatorRate: this.#highestRate }),
        entries: searches.map(({ under, with: parameters }) => ({
          under,
          ...(parameters === undefined ? {} : { with: parameters }),
        })),
      },
    };
  }
}

function stoppedEarly(stop: AbortSignal): PlimsollError {
  const exitCode: ExitCode = stop.reason === 'terminated' ? EXIT.terminated : EXIT.interrupted;
  return new PlimsollError('stopped before the load started', exitCode);
}
