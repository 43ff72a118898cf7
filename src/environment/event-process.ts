import { type ChildProcess, spawn } from 'node:child_process';
import { commandEnvironment } from '../scenario/command-environment.js';
import type { ScenarioEvent } from '../scenario/scenario.js';
import { isAlive, stopProcess } from '../watchdog/stop-process.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import { OutputLog } from './output-log.js';

const GRACE_MS = 2000;
/** A grandchild that left the group may hold the pipes open. */
const OUTPUT_LIMIT_MS = 500;
const KEPT_LINES = 8;

/** How a command of the user's own ended. */
export interface EventEnd {
  /** Absent where it was ended by a signal or never started. */
  readonly exitCode?: number;
  readonly signal?: string;
  /** Why it was stopped by us. */
  readonly stopped?: 'timeout' | 'end of the run';
  /** Why it could not be started. */
  readonly error?: string;
  /** From its start to the end of the process that was started. */
  readonly durationS: number;
  /** The last lines that it printed, secrets taken out. */
  readonly lastLines: readonly string[];
}

export interface EventProcess {
  /** Never rejects. */
  readonly ended: Promise<EventEnd>;
  /** SIGTERM to its group, SIGKILL after a grace time. Idempotent; resolves when it is gone and `ended` told. */
  stop(): Promise<void>;
}

/**
 * Starts the command of an event in a process group of its own, guarded by the watchdog: it ends by itself, at its time limit, with the
 * run, or with plimsoll, whatever ends that.
 */
export function startEventProcess(event: ScenarioEvent, watchdog: Watchdog, redact: (text: string) => string): EventProcess {
  const beganMs = performance.now();
  const durationS = (): number => (performance.now() - beganMs) / 1000;
  const log = new OutputLog(undefined, redact);
  let child: ChildProcess;
  try {
    const [file = '', ...args] = event.command;
    const env = { ...commandEnvironment() };
    child = spawn(file, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: event.cwd, env });
  } catch (error) {
    const ended = Promise.resolve({ error: (error as Error).message, durationS: durationS(), lastLines: [] });
    return { ended, stop: async () => {} };
  }
  const { pid } = child;
  // In the same turn: from now on it ends with us, whatever ends us.
  if (pid !== undefined) watchdog.guardGroup(pid);
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null && stream !== undefined);
  for (const stream of outputs) log.follow(stream);
  let gone = pid === undefined;
  const release = (): void => {
    if (!gone && pid !== undefined) watchdog.release({ group: pid });
    gone = true;
  };
  let stopped: EventEnd['stopped'];
  let stopping: Promise<unknown> | undefined;
  const stopFor = (why: NonNullable<EventEnd['stopped']>): void => {
    if (gone || pid === undefined) return;
    stopped ??= why;
    stopping ??= stopProcess(pid, { group: true, graceMs: GRACE_MS });
  };
  const limit = setTimeout(() => stopFor('timeout'), event.timeoutMs);
  const ended = new Promise<EventEnd>((resolve) => {
    child.once('error', (error) => resolve({ error: error.message, durationS: durationS(), lastLines: [] }));
    child.once('exit', (exitCode, signal) => {
      // Its number may soon be another's.
      if (pid !== undefined && !isAlive(pid, true)) release();
      const end = {
        ...(exitCode === null ? {} : { exitCode }),
        ...(signal === null ? {} : { signal }),
        ...(stopped === undefined ? {} : { stopped }),
        durationS: durationS(),
      };
      const tell = (): void => resolve({ ...end, lastLines: log.lastLines(KEPT_LINES) });
      child.once('close', tell);
      setTimeout(tell, OUTPUT_LIMIT_MS).unref();
    });
  }).finally(() => clearTimeout(limit));
  return {
    ended,
    stop: async () => {
      // What it left running in its group ends with the run too.
      stopFor('end of the run');
      await ended;
      await stopping;
      for (const stream of outputs) stream.destroy();
      release();
    },
  };
}
