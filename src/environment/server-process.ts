import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { commandEnvironment } from '../scenario/command-environment.js';
import type { ServerUnderTest } from '../scenario/target.js';
import { isAlive, stopProcess } from '../watchdog/stop-process.js';
import { MARK, stopStrays } from '../watchdog/strays.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import { OutputLog } from './output-log.js';

/** The server under test, started by us in a process group of its own: Ctrl-C must not reach it before the calls in flight are drained. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves with a sentence when it exits without our doing. */
  readonly exited: Promise<string>;
  /** Whether it has exited. */
  readonly gone: boolean;
  lastLines(): readonly string[];
  /** SIGTERM to its group and to what left it, SIGKILL after a grace time. Idempotent. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly log?: string;
  readonly redact: (text: string) => string;
  readonly watchdog: Watchdog;
}

/** @throws PlimsollError with exit code 6 when the command cannot be started. */
export async function startServerProcess(server: ServerUnderTest, options: ServerProcessOptions): Promise<ServerProcess> {
  const { watchdog } = options;
  const log = new OutputLog(options.log, options.redact);
  const mark = randomUUID();
  const child = await spawned(server, watchdog, log, mark);
  const pid = child.pid as number;
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of outputs) log.follow(stream);
  let gone = false;
  let stopping: Promise<void> | undefined;
  const exited = new Promise<string>((resolve) => {
    // `close` comes after the last of its output, which the sentence quotes; a grandchild may hold the pipes open, so `exit` is a fallback.
    const tell = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (stopping === undefined) resolve(exitSentence(code, signal, log.lastWords()));
    };
    child.once('close', tell);
    child.once('exit', (code, signal) => {
      gone = true;
      // Its number may soon be another's.
      if (!isAlive(pid, true)) watchdog.release({ group: pid });
      setTimeout(() => tell(code, signal), 500).unref();
    });
  });
  return {
    pid,
    exited,
    get gone() {
      return gone;
    },
    lastLines: () => log.lastLines(),
    stop: () => {
      stopping ??= stopProcess(pid, { group: true, graceMs: 5000 }).then(async () => {
        watchdog.release({ group: pid });
        await stopStrays(mark, STRAY_GRACE_MS);
        watchdog.release({ marked: mark });
        // A process that it sent out of its group may hold the other ends: it must not keep us.
        for (const stream of outputs) stream.destroy();
        child.unref();
        log.close();
      });
      return stopping;
    },
  };
}

/** How long may take to end what it sent out of its group. */
const STRAY_GRACE_MS = 2000;

/** @param mark carried by the process and by all that it starts */
async function spawned(server: ServerUnderTest, watchdog: Watchdog, log: OutputLog, mark: string): Promise<ChildProcess> {
  const [file = '', ...args] = server.command;
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...commandEnvironment(server.env), [MARK]: mark },
      ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    });
    // In the same turn: from now on it ends with us, whatever ends us.
    if (child.pid !== undefined) {
      watchdog.guardGroup(child.pid);
      watchdog.guardMarked(mark);
    }
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (cause) {
    log.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    const machine = code === 'EMFILE' || code === 'ENFILE' || code === 'EAGAIN' || code === 'ENOMEM';
    const missing = code === 'ENOENT' && server.cwd !== undefined && !existsSync(server.cwd);
    throw new PlimsollError(
      `cannot start the server under test: ${missing ? `there is no folder ${server.cwd}` : message}`,
      machine ? 'machine' : 'target',
      {
        hint: `target.server.command is ${JSON.stringify(server.command)}${server.cwd === undefined ? '' : `, in ${server.cwd}`}`,
        cause,
      },
    );
  }
}

function exitSentence(code: number | null, signal: NodeJS.Signals | null, lines: readonly string[]): string {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const words = lines.length === 0 ? '' : `; its last words: ${lines.join(' | ').slice(0, 300)}`;
  return `the server under test exited ${how}${words}`;
}
