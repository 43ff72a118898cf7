import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { commandEnvironment } from '../../scenario/command-environment.js';
import { isAlive, stopProcess } from '../../watchdog/stop-process.js';
import { MARK, stopStrays } from '../../watchdog/strays.js';
import type { Watchdog } from '../../watchdog/watchdog.js';
import type { WireOwner } from '../call/wire-call.js';
import { WireFailure } from '../call/wire-failure.js';
import type { ServerProcessEvent } from '../server-process-event.js';
import type { ChannelLoss } from './message-channel.js';
import { StderrLines } from './stderr-lines.js';
import { StderrTail } from './stderr-tail.js';

export interface ServerChildOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly watchdog: Watchdog;
  readonly owner: Pick<WireOwner, 'clock' | 'redact' | 'warn'>;
  readonly onProcess: (event: ServerProcessEvent) => void;
}

/** Told by a process from its start until it is ended. */
export interface ServerChildListener {
  onOutput(chunk: Buffer): void;
  /** It reads its standard input again. */
  onDrain(): void;
  /** It has ended, or closed one of its pipes; may be told more than once. */
  onGone(loss: ChannelLoss): void;
}

/** A pipe closes a moment before we hear that its process has ended. */
const EXIT_NOTICE_MS = 250;
/** How long a server may take to end once its standard input has: by the specification that is how it is asked to. */
const GRACE_MS = 1000;
const KILL_GRACE_MS = 1000;
const FLOOD_BYTES = 16 * 1024 * 1024;

/**
 * One server process, in a process group of its own under the watchdog: Ctrl-C must not reach it before the calls in flight are drained, and it
 * must not outlive us.
 */
export class ServerChild {
  readonly #options: ServerChildOptions;
  readonly #stderr = new StderrTail();
  /** Carried by the process and by all that it starts. */
  readonly #mark = randomUUID();
  #child: ChildProcess | undefined;
  #stdin: Writable | undefined;
  #stdout: Readable | undefined;
  #exited: Promise<void> = Promise.resolve();
  #exit: string | undefined;

  constructor(options: ServerChildOptions) {
    this.#options = options;
  }

  get name(): string {
    return `pid ${this.#child?.pid ?? 'none'}`;
  }

  /** The sentence that tells how it exited, once it has. */
  get exit(): string | undefined {
    return this.#exit;
  }

  /** @throws WireFailure when it cannot be started */
  async start(listener: ServerChildListener): Promise<void> {
    const { command, env, cwd, watchdog, onProcess } = this.#options;
    const [file = '', ...args] = command;
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...commandEnvironment(env), [MARK]: this.#mark },
        ...(cwd === undefined ? {} : { cwd }),
      });
      // In the same turn: from now on it ends with us, whatever ends us.
      if (child.pid !== undefined) {
        watchdog.guardGroup(child.pid);
        watchdog.guardMarked(this.#mark);
      }
      this.#child = child;
      this.#follow(child, listener);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const noFolder = code === 'ENOENT' && cwd !== undefined && !existsSync(cwd);
      throw new WireFailure('connect', noFolder ? `there is no folder ${cwd}` : message, { code });
    }
    onProcess({ type: 'started', pid: child.pid as number });
  }

  /** Writes a line. @returns whether more may be written before it has read this */
  write(text: string): boolean {
    return this.#stdin?.write(`${text}\n`) !== false;
  }

  /** Ends the process, all of its group, and what it sent out of it. `text`: why, when it was not for us to end it; else it is asked to end first. */
  async end(text?: string): Promise<void> {
    const { watchdog, onProcess, owner } = this.#options;
    const { clock } = owner;
    const child = this.#child;
    const pid = child?.pid;
    if (child === undefined || pid === undefined) return;
    if (text === undefined && this.#exit === undefined) {
      this.#stdin?.end();
      let timer: ReturnType<typeof clock.setTimer> | undefined;
      const late = new Promise<void>((resolve) => {
        timer = clock.setTimer(resolve, GRACE_MS);
      });
      await Promise.race([this.#exited, late]);
      if (timer !== undefined) clock.clearTimer(timer);
    }
    if (this.#exit === undefined || isAlive(pid, true)) await stopProcess(pid, { group: true, graceMs: KILL_GRACE_MS });
    watchdog.release({ group: pid });
    if (this.#stderr.bytes > FLOOD_BYTES) owner.warn('stderr-flood');
    // A process that it sent out of its group may hold the other ends: it must not keep us.
    for (const stream of [this.#stdin, this.#stdout, child.stderr]) stream?.destroy();
    child.unref();
    onProcess({ type: 'ended', pid, ...(text === undefined ? {} : { text }) });
    await stopStrays(this.#mark, KILL_GRACE_MS);
    watchdog.release({ marked: this.#mark });
  }

  /** The process in a sentence. */
  get who(): string {
    return `the server process (${this.name})`;
  }

  #follow(child: ChildProcess, listener: ServerChildListener): void {
    const { stdin, stdout, stderr, pid } = child;
    if (stdin === null || stdout === null || stderr === null || pid === undefined) return;
    const { owner, onProcess } = this.#options;
    this.#stdin = stdin;
    this.#stdout = stdout;
    stdin.on('drain', () => listener.onDrain());
    stdin.on('error', () => this.#broken('its standard input', listener));
    stdout.on('data', (chunk: Buffer) => listener.onOutput(chunk));
    stdout.on('error', () => {});
    stdout.on('end', () => this.#broken('its standard output', listener));
    const printed = new StderrLines((lines) =>
      onProcess({ type: 'printed', pid, lines: lines.map((line) => owner.redact(line)) }),
    );
    stderr.on('data', (chunk: Buffer) => printed.push(chunk));
    stderr.on('close', () => printed.end());
    this.#stderr.follow(stderr);
    this.#exited = new Promise((resolve) => {
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#exit ??= this.#exitSentence(code, signal);
        // Told once the last of its output has been read, or soon: a grandchild may hold the pipes open.
        const gone = (): void => listener.onGone({ fault: 'crash', text: this.#exit ?? '' });
        child.once('close', () => {
          this.#exit = this.#exitSentence(code, signal);
          gone();
        });
        owner.clock.setTimer(gone, EXIT_NOTICE_MS);
        resolve();
      };
      child.once('exit', ended);
      child.once('error', () => resolve());
    });
  }

  /** One of its pipes is closed. Mostly because it has ended, which is then the better story. */
  #broken(what: string, listener: ServerChildListener): void {
    this.#options.owner.clock.setTimer(() => {
      if (this.#exit === undefined)
        listener.onGone({ fault: 'stream-lost', text: `${this.who} closed ${what}, and was stopped` });
    }, EXIT_NOTICE_MS);
  }

  #exitSentence(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const lines = this.#stderr.lines();
    const words = lines.length === 0 ? '' : `; its last words: ${lines.join(' | ').slice(0, 300)}`;
    return this.#options.owner.redact(`${this.who} exited ${how}${words}`);
  }
}
