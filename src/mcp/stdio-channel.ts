import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { commandEnvironment } from '../watchdog/command-environment.js';
import { isAlive, stopProcess } from '../watchdog/stop-process.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import type { Clock } from './clock.js';
import { LineReader } from './line-reader.js';
import type { ChannelListener, ChannelLoss, MessageChannel } from './message-channel.js';
import type { ServerProcessEvent } from './server-process-event.js';
import { StderrTail } from './stderr-tail.js';
import { WireFailure } from './wire-failure.js';

export interface StdioChannelOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
  /** Longest line that is read. */
  readonly lineBytes: number;
  readonly redact: (text: string) => string;
  readonly warn: (name: string) => void;
  readonly onProcess: (event: ServerProcessEvent) => void;
}

/** A pipe closes a moment before we hear that its process has ended. */
const EXIT_NOTICE_MS = 250;
/** How long a server may take to end once its standard input has: by the specification that is how it is asked to. */
const GRACE_MS = 1000;
const KILL_GRACE_MS = 1000;
/** Replies that may wait for a process that does not read. */
const MOST_REPLIES = 1000;
const FLOOD_BYTES = 16 * 1024 * 1024;

/**
 * The pipes of one server process, in a process group of its own under the watchdog: Ctrl-C must not reach it before the calls in flight are
 * drained, and it must not outlive us. Calls that the process does not read wait here, never more than are in flight.
 */
export class StdioChannel implements MessageChannel {
  carried = 0;
  readonly #options: StdioChannelOptions;
  readonly #stderr = new StderrTail();
  readonly #reader: LineReader;
  /** Calls that wait for the process to read, by their ids. */
  readonly #waiting = new Map<number, string>();
  /** Replies to it that wait likewise. */
  #replies: string[] = [];
  #listener: ChannelListener | undefined;
  #child: ChildProcess | undefined;
  #stdin: Writable | undefined;
  #stdout: Readable | undefined;
  #blocked = false;
  #down = false;
  #exited: Promise<void> = Promise.resolve();
  #exit: string | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: StdioChannelOptions) {
    this.#options = options;
    this.#reader = new LineReader(
      {
        onLine: (text, bytes, firstMs, nowMs) => this.#listener?.onMessage(text, bytes, firstMs, nowMs),
        onLineTooLong: () =>
          this.#lose({
            fault: 'answer-too-large',
            text: `${this.#who()} sent a line of more than ${options.lineBytes} bytes, and was stopped`,
          }),
      },
      options.lineBytes,
    );
  }

  get name(): string {
    return `pid ${this.#child?.pid ?? 'none'}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async open(listener: ChannelListener): Promise<void> {
    const { command, env, cwd, watchdog, onProcess } = this.#options;
    const [file = '', ...args] = command;
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: commandEnvironment(env),
        ...(cwd === undefined ? {} : { cwd }),
      });
      // In the same turn: from now on it ends with us, whatever ends us.
      if (child.pid !== undefined) watchdog.guardGroup(child.pid);
      this.#child = child;
      this.#listener = listener;
      this.#follow(child);
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

  send(id: number, text: string): void {
    if (this.#down) return;
    if (this.#blocked) this.#waiting.set(id, text);
    else this.#write(text);
  }

  tell(text: string): boolean {
    if (this.#down || this.#blocked) return false;
    this.#blocked = this.#stdin?.write(`${text}\n`) === false;
    return true;
  }

  reply(text: string): boolean {
    if (this.tell(text)) return true;
    if (this.#down || this.#replies.length >= MOST_REPLIES) return false;
    this.#replies.push(text);
    return true;
  }

  async notify(text: string): Promise<void> {
    if (!this.tell(text)) throw new WireFailure('reset', this.#exit ?? `${this.#who()} does not read its standard input`);
  }

  callEnded(id: number): boolean {
    return !this.#waiting.delete(id);
  }

  close(): Promise<void> {
    this.#down = true;
    this.#reader.stop();
    this.#closing ??= this.#end(true);
    return this.#closing;
  }

  #write(text: string): void {
    this.carried++;
    this.#blocked = this.#stdin?.write(`${text}\n`) === false;
  }

  readonly #drained = (): void => {
    this.#blocked = false;
    while (!this.#blocked && this.#replies.length > 0) this.tell(this.#replies.shift() as string);
    for (const [id, text] of this.#waiting) {
      if (this.#blocked) return;
      this.#waiting.delete(id);
      this.#write(text);
    }
  };

  #follow(child: ChildProcess): void {
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) return;
    this.#stdin = stdin;
    this.#stdout = stdout;
    stdin.on('drain', this.#drained);
    stdin.on('error', () => this.#broken('its standard input'));
    stdout.on('data', (chunk: Buffer) => this.#reader.push(chunk, this.#options.clock.now()));
    stdout.on('error', () => {});
    stdout.on('end', () => this.#broken('its standard output'));
    this.#stderr.follow(stderr);
    this.#exited = new Promise((resolve) => {
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#exit ??= this.#exitSentence(code, signal);
        // Told once the last of its output has been read, or soon: a grandchild may hold the pipes open.
        const lose = (): void => this.#lose({ fault: 'crash', text: this.#exit ?? '' });
        child.once('close', () => {
          this.#exit = this.#exitSentence(code, signal);
          lose();
        });
        this.#options.clock.setTimer(lose, EXIT_NOTICE_MS);
        resolve();
      };
      child.once('exit', ended);
      child.once('error', () => resolve());
    });
  }

  /** One of its pipes is closed. Mostly because it has ended, which is then the better story. */
  #broken(what: string): void {
    if (this.#down) return;
    this.#options.clock.setTimer(() => {
      if (this.#exit === undefined) this.#lose({ fault: 'stream-lost', text: `${this.#who()} closed ${what}, and was stopped` });
    }, EXIT_NOTICE_MS);
  }

  #lose(loss: ChannelLoss): void {
    if (this.#down) return;
    this.#down = true;
    this.#waiting.clear();
    this.#replies = [];
    this.#reader.stop();
    const told = { ...loss, text: this.#options.redact(loss.text) };
    this.#closing ??= this.#end(false, told.text);
    this.#listener?.onLost(told);
  }

  /** Ends the process and all of its group. `text`: why, when it was not for us to end it. */
  async #end(politely: boolean, text?: string): Promise<void> {
    const { watchdog, onProcess, warn, clock } = this.#options;
    const child = this.#child;
    const pid = child?.pid;
    if (child === undefined || pid === undefined) return;
    if (politely && this.#exit === undefined) {
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
    if (this.#stderr.bytes > FLOOD_BYTES) warn('stderr-flood');
    // A process that it sent out of its group may hold the other ends: it must not keep us.
    for (const stream of [this.#stdin, this.#stdout, child.stderr]) stream?.destroy();
    child.unref();
    onProcess({ type: 'ended', pid, ...(text === undefined ? {} : { text }) });
  }

  #who(): string {
    return `the server process (pid ${this.#child?.pid ?? 'none'})`;
  }

  #exitSentence(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const lines = this.#stderr.lines();
    const words = lines.length === 0 ? '' : `; its last words: ${lines.join(' | ').slice(0, 300)}`;
    return this.#options.redact(`${this.#who()} exited ${how}${words}`);
  }
}
