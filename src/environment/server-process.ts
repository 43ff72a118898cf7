import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { ServerUnderTest } from '../scenario/scenario.js';
import { stopProcess } from '../watchdog/stop-process.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import { OutputLog } from './output-log.js';

/** The package's `bin`, which holds a `plimsoll` that is this very package. */
const binFolder = fileURLToPath(new URL('../../bin', import.meta.url));

/** The server under test, started by us in a process group of its own: Ctrl-C must not reach it before the calls in flight are drained. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves with a sentence when it exits, whoever ended it. */
  readonly exited: Promise<string>;
  /** Whether it has exited. */
  readonly gone: boolean;
  lastLines(): readonly string[];
  /** SIGTERM to its group, SIGKILL after a grace time. Idempotent. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly log?: string;
  readonly redact: (text: string) => string;
  readonly watchdog: Watchdog;
}

/** @throws PlimsollError with exit code 6 when the command cannot be started. */
export async function startServerProcess(server: ServerUnderTest, options: ServerProcessOptions): Promise<ServerProcess> {
  const [file = '', ...args] = server.command;
  const log = new OutputLog(options.log, options.redact);
  const path = [binFolder, process.env.PATH ?? '', dirname(process.execPath)].join(delimiter);
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, PLIMSOLL_NODE: process.execPath, ...server.env },
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
  });
  await started(child, server, log);
  const pid = child.pid as number;
  options.watchdog.guardGroup(pid);
  log.follow(child.stdout as NonNullable<typeof child.stdout>);
  log.follow(child.stderr as NonNullable<typeof child.stderr>);
  let gone = false;
  const exited = new Promise<string>((resolve) => {
    // `close` comes after the last of its output, which the sentence quotes; a grandchild may hold the pipes open, so `exit` is a fallback.
    const tell = (code: number | null, signal: NodeJS.Signals | null): void => {
      gone = true;
      resolve(exitSentence(code, signal, log.lastLines(3)));
    };
    child.once('close', tell);
    child.once('exit', (code, signal) => {
      gone = true;
      setTimeout(() => tell(code, signal), 500).unref();
    });
  });
  let stopping: Promise<void> | undefined;
  return {
    pid,
    exited,
    get gone() {
      return gone;
    },
    lastLines: () => log.lastLines(),
    stop: () => {
      stopping ??= stopProcess(pid, { group: true, graceMs: 5000 }).then(() => {
        options.watchdog.release({ group: pid });
        log.close();
      });
      return stopping;
    },
  };
}

function exitSentence(code: number | null, signal: NodeJS.Signals | null, lines: readonly string[]): string {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const words = lines.length === 0 ? '' : `; its last words: ${lines.join(' | ').slice(0, 300)}`;
  return `the server under test exited ${how}${words}`;
}

async function started(child: ChildProcess, server: ServerUnderTest, log: OutputLog): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (cause) {
    log.close();
    throw new PlimsollError(`cannot start the server under test: ${(cause as Error).message}`, EXIT.target, {
      hint: `target.server.command is ${JSON.stringify(server.command)}${server.cwd === undefined ? '' : `, in ${server.cwd}`}`,
      cause,
    });
  }
}
