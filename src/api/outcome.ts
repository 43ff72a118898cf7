import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { knownError } from '../errors/known-error.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import type { Result } from '../result/result.js';
import { resultText } from '../result/result-text.js';
import { deriveResult } from '../run/derive-result.js';
import { type FinishedRun, finishRun } from '../run/finish-run.js';
import type { RunFolder } from '../run/run-folder.js';
import type { JournalSink, SessionParts } from '../run/run-session.js';
import { packageVersion } from '../run/version.js';
import { withOptionNames } from './option-names.js';
import type { Progress } from './progress.js';

/** How a run is carried out. */
export interface RunOptions {
  /** The run folder itself: it is made, and has to be empty. Default: `reports/<scenario>/<UTC time>-<id>` below the working folder. */
  readonly out?: string | undefined;
  /** Longest that the load waits for a quiet machine, milliseconds; 0 for no wait. Default: 10,000. */
  readonly waitQuietMs?: number | undefined;
  /** What an outcome in doubt (`invalid`) costs: `fail` is exit code 5, `warn` is 0. Default: `fail`. */
  readonly onDoubt?: 'fail' | 'warn' | undefined;
  /** Aborted to stop early: the load drains and the reports are written, as after Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
  /** Called with what happens; once a second while calls are made. What it throws stops the run, which then rejects with it. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a run is carried out that may be repeated. */
export interface RepeatedRunOptions extends RunOptions {
  /** How often the run is made again while its outcome is in doubt (`invalid`), 0 to 10; then a pass needs two attempts that passed. Default: 0. */
  readonly retries?: number | undefined;
}

/** What a run came to. */
export interface RunOutcome {
  /** What `result.json` of the folder holds. */
  readonly result: Result;
  /** The run folder, as an absolute path. */
  readonly folder: string;
  /** What the command line would have ended with: 0 pass, 3 SLO missed, 4 worse than the baseline, 5 inconclusive or invalid, 130 stopped. */
  readonly exitCode: ExitCode;
}

/** What `result.json` says of a result, absent keys absent. */
const asWritten = (result: Result): Result => JSON.parse(resultText(result)) as Result;

export const outcomeOf = ({ result, folder, exitCode }: Pick<FinishedRun, 'result' | 'folder' | 'exitCode'>): RunOutcome => ({
  result: asWritten(result),
  folder: folder.dir,
  exitCode,
});

/** Whatever was thrown as an error with a code: what nobody foresaw is a bug in plimsoll. */
export function errorFor(error: unknown): PlimsollError {
  const known = knownError(error);
  if (known !== undefined) return withOptionNames(known);
  return new PlimsollError(
    `this is a bug in plimsoll ${packageVersion()} (Node ${process.version}): ${error instanceof Error ? error.message : String(error)}`,
    'internalError',
    { cause: error },
  );
}

let busy = false;

/** Runs one after the other: two at once would spoil each other's figures. @throws PlimsollError `BUSY` */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (busy)
    throw new PlimsollError('another run goes on in this process: two at once would spoil each other', 'usage', {
      code: 'BUSY',
      hint: 'await the first one',
    });
  busy = true;
  try {
    return await work();
  } finally {
    busy = false;
  }
}

/** What is known of a run from outside while it goes on. */
export class Attempt {
  /** Aborted with `interrupted` when the caller asks for an end. */
  readonly stop: AbortSignal;
  readonly #controller = new AbortController();
  readonly #options: RunOptions;
  readonly #onAbort = (): void => this.#controller.abort('interrupted');
  #folder: RunFolder | undefined;
  #journal: JournalSink | undefined;
  #began = false;
  #stage: Progress['stage'] = 'prepare';
  #thrown: { readonly error: unknown } | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.stop = this.#controller.signal;
    if (options.signal?.aborted === true) throw new PlimsollError('stopped before the load started', 'interrupted');
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly onFolder = (folder: RunFolder): void => {
    this.#folder = folder;
    // Of a run that is repeated each attempt begins anew.
    this.#began = false;
    this.#stage = 'prepare';
    this.say(`run folder ${folder.dir}`);
  };

  readonly onBegun = (): void => {
    this.#began = true;
    this.#stage = 'load';
  };

  readonly onDriven = (): void => {
    this.#stage = 'report';
    this.say('writing the reports');
  };

  /** The parts of a search or a gate, watched from here. */
  readonly watched = <Parts extends SessionParts>(parts: Parts, isLoad: (entry: JournalEntry) => boolean): Parts => ({
    ...parts,
    openJournal: (path, redactor) => this.journal(parts.openJournal(path, redactor), isLoad),
    finish: (folder) => {
      this.onDriven();
      return parts.finish(folder);
    },
  });

  readonly say = (text: string, level: Progress['level'] = 'info'): void => this.tell({ stage: this.#stage, level, text });

  readonly tell = (progress: Progress): void => {
    if (this.#thrown !== undefined) return;
    try {
      this.#options.onProgress?.(progress);
    } catch (error) {
      this.#thrown = { error };
      this.#controller.abort('interrupted');
    }
  };

  /** The journal of the run: it tells when load began. */
  readonly journal = (sink: JournalSink, isLoad: (entry: JournalEntry) => boolean): JournalSink => {
    this.#journal = sink;
    return {
      failed: sink.failed,
      close: () => sink.close(),
      write: (entry) => {
        if (!this.#began && isLoad(entry)) this.onBegun();
        sink.write(entry);
      },
    };
  };

  /** @throws what went wrong before load began, a bug, and what `onProgress` threw; everything else is an outcome. */
  async outcome(perform: () => Promise<Parameters<typeof outcomeOf>[0]>): Promise<RunOutcome> {
    const outcome = await Promise.resolve()
      .then(perform)
      .then(outcomeOf, (error: unknown) => this.#brokenOff(errorFor(error)))
      .finally(() => this.#options.signal?.removeEventListener('abort', this.#onAbort));
    if (this.#thrown !== undefined) throw this.#thrown.error;
    return outcome;
  }

  async #brokenOff(failure: PlimsollError): Promise<RunOutcome> {
    if (this.#thrown !== undefined) throw this.#thrown.error;
    const kept = this.#began && MEASURED.has(failure.exitCode) ? await this.#kept() : undefined;
    if (kept === undefined) throw failure;
    return { ...kept, exitCode: failure.exitCode };
  }

  /** What was measured until a run broke off: with reports where the disk takes them. */
  async #kept(): Promise<Omit<RunOutcome, 'exitCode'> | undefined> {
    const folder = this.#folder;
    if (folder === undefined) return undefined;
    await this.#journal?.close().catch(() => undefined);
    try {
      const { result } = await finishRun(folder).catch(() => deriveResult(folder.journal));
      return { result: asWritten(result), folder: folder.dir };
    } catch {
      // Nothing that could be read was written.
      return undefined;
    }
  }
}

/** Trouble with the target, the fault engine or this machine: what was measured until then is an outcome. */
const MEASURED: ReadonlySet<ExitCode> = new Set([EXIT.target, EXIT.faultEngine, EXIT.machine]);
