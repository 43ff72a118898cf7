import { WireFailure } from '../call/wire-failure.js';
import { LineReader } from './line-reader.js';
import type { ChannelListener, ChannelLoss, MessageChannel } from './message-channel.js';
import { ServerChild, type ServerChildOptions } from './server-child.js';

export interface StdioChannelOptions extends ServerChildOptions {
  /** Longest line that is read. */
  readonly lineBytes: number;
}

/** Replies that may wait for a process that does not read. */
const MOST_REPLIES = 1000;

/** Messages on the pipes of one server process. Calls that the process does not read wait here, never more than are in flight. */
export class StdioChannel implements MessageChannel {
  carried = 0;
  readonly #options: StdioChannelOptions;
  readonly #child: ServerChild;
  readonly #reader: LineReader;
  /** Calls that wait for the process to read, by their ids. */
  readonly #waiting = new Map<number, string>();
  /** Replies to it that wait likewise. */
  #replies: string[] = [];
  #listener: ChannelListener | undefined;
  #blocked = false;
  #down = false;
  #closing: Promise<void> | undefined;

  constructor(options: StdioChannelOptions) {
    this.#options = options;
    this.#child = new ServerChild(options);
    this.#reader = new LineReader(
      {
        onLine: (text, bytes, firstMs, nowMs) => this.#listener?.onMessage(text, bytes, firstMs, nowMs),
        onLineTooLong: () =>
          this.#lose({
            fault: 'answer-too-large',
            text: `${this.#child.who} sent a line of more than ${options.lineBytes} bytes, and was stopped`,
          }),
      },
      options.lineBytes,
    );
  }

  get name(): string {
    return this.#child.name;
  }

  async open(listener: ChannelListener): Promise<void> {
    this.#listener = listener;
    await this.#child.start({
      onOutput: (chunk) => this.#reader.push(chunk, this.#options.owner.clock.now()),
      onDrain: this.#drained,
      onGone: (loss) => this.#lose(loss),
    });
  }

  send(id: number, text: string): void {
    if (this.#down) return;
    if (this.#blocked) this.#waiting.set(id, text);
    else this.#call(text);
  }

  tell(text: string): boolean {
    if (this.#down || this.#blocked) return false;
    this.#write(text);
    return true;
  }

  reply(text: string): boolean {
    if (this.tell(text)) return true;
    if (this.#down || this.#replies.length >= MOST_REPLIES) return false;
    this.#replies.push(text);
    return true;
  }

  async notify(text: string): Promise<void> {
    if (!this.tell(text))
      throw new WireFailure('reset', this.#child.exit ?? `${this.#child.who} does not read its standard input`);
  }

  callEnded(id: number): boolean {
    return !this.#waiting.delete(id);
  }

  close(): Promise<void> {
    this.#down = true;
    this.#reader.stop();
    this.#closing ??= this.#child.end();
    return this.#closing;
  }

  #call(text: string): void {
    this.carried++;
    this.#write(text);
  }

  #write(text: string): void {
    this.#blocked = !this.#child.write(text);
  }

  readonly #drained = (): void => {
    this.#blocked = false;
    while (!this.#blocked && this.#replies.length > 0) this.#write(this.#replies.shift() as string);
    for (const [id, text] of this.#waiting) {
      if (this.#blocked) return;
      this.#waiting.delete(id);
      this.#call(text);
    }
  };

  #lose(loss: ChannelLoss): void {
    if (this.#down) return;
    this.#down = true;
    this.#waiting.clear();
    this.#replies = [];
    this.#reader.stop();
    const told = { ...loss, text: this.#options.owner.redact(loss.text) };
    this.#closing ??= this.#child.end(told.text);
    this.#listener?.onLost(told);
  }
}
