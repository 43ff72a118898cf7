import type { Dispatcher } from 'undici';
import { WireFailure } from '../call/wire-failure.js';
import type { ConnectionPool } from '../http/connection-pool.js';
import { EventStream, type EventStreamOptions } from './event-stream.js';
import type { ChannelListener, MessageChannel, MessageRefusal } from './message-channel.js';
import { SsePost } from './sse-post.js';

export interface SseChannelOptions extends EventStreamOptions {
  /** For the POSTs. */
  readonly pool: ConnectionPool;
}

/** How long a POST may stay open after the answer has come on the stream. */
const POST_GRACE_MS = 1000;
const NOTIFY_TIMEOUT_MS = 2000;
/** Messages beside the calls that may be on the way at once. */
const SIDE_MESSAGES = 64;
/** Replies beyond those that may wait. */
const MOST_REPLIES = 1000;

/** One session of the HTTP+SSE transport of 2024-11-05: an event stream with all answers, and a POST for each message of ours. */
export class SseChannel implements MessageChannel {
  carried = 0;
  readonly name = 'event stream';
  readonly #options: SseChannelOptions;
  readonly #stream: EventStream;
  readonly #posts = new Map<number, SsePost>();
  readonly #side = new Set<SsePost>();
  /** Replies that wait for one of those to be through. */
  #replies: string[] = [];
  #listener: ChannelListener | undefined;
  #path: string | undefined;
  #down = false;

  constructor(options: SseChannelOptions) {
    this.#options = options;
    this.#stream = new EventStream(options);
  }

  async open(listener: ChannelListener): Promise<void> {
    const { clock, redact } = this.#options.owner;
    this.#listener = listener;
    this.#path = await this.#stream.open({
      onMessage: (data) => {
        const nowMs = clock.now();
        listener.onMessage(data, Buffer.byteLength(data), nowMs, nowMs);
      },
      onLost: (loss) => {
        this.#drop();
        listener.onLost({ ...loss, text: redact(loss.text) });
      },
    });
  }

  send(id: number, text: string, requestId?: string): void {
    const path = this.#path;
    if (this.#down || path === undefined) return;
    this.carried++;
    const post = this.#post((refusal) => {
      this.#posts.delete(id);
      this.#options.owner.deadlines.remove(post);
      if (refusal !== undefined && !this.#down) this.#listener?.onRefused(id, refusal);
    });
    this.#posts.set(id, post);
    post.send(this.#request(path, text, requestId));
  }

  tell(text: string): boolean {
    return this.#side.size < SIDE_MESSAGES && this.#aside(text, () => {});
  }

  reply(text: string): boolean {
    if (this.#side.size < SIDE_MESSAGES)
      return this.#aside(text, (refusal) => {
        if (refusal !== undefined) this.#options.owner.warn('reply-to-server-failed');
      });
    if (this.#down || this.#replies.length >= MOST_REPLIES) return false;
    this.#replies.push(text);
    return true;
  }

  notify(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = this.#aside(text, (refusal) => (refusal === undefined ? resolve() : reject(failureOf(refusal))));
      if (!sent) reject(new WireFailure('reset', 'the event stream is gone'));
    });
  }

  callEnded(id: number, answered: boolean): boolean {
    const post = this.#posts.get(id);
    if (post === undefined) return true;
    const { sent } = post;
    if (answered) this.#options.owner.deadlines.add(post, POST_GRACE_MS, this.#options.owner.clock.now());
    else post.giveUp();
    return sent;
  }

  async close(): Promise<void> {
    this.#drop();
    this.#stream.close();
  }

  /** A message that is no call. @returns false when there is no session to send it on */
  #aside(text: string, onEnd: (refusal: MessageRefusal | undefined) => void): boolean {
    const path = this.#path;
    if (this.#down || path === undefined) return false;
    const post = this.#post((refusal) => {
      this.#side.delete(post);
      this.#options.owner.deadlines.remove(post);
      onEnd(refusal);
      const next = this.#replies.shift();
      if (next !== undefined) this.reply(next);
    });
    this.#side.add(post);
    this.#options.owner.deadlines.add(post, NOTIFY_TIMEOUT_MS, this.#options.owner.clock.now());
    post.send(this.#request(path, text));
    return true;
  }

  #post(onEnd: (refusal: MessageRefusal | undefined) => void): SsePost {
    return new SsePost({ pool: this.#options.pool, clock: this.#options.owner.clock, onEnd });
  }

  #request(path: string, text: string, requestId?: string): Dispatcher.DispatchOptions {
    const { headers } = this.#options;
    return {
      path,
      method: 'POST',
      headers: requestId === undefined ? [...headers] : [...headers, 'x-request-id', requestId],
      body: Buffer.from(text),
    };
  }

  #drop(): void {
    this.#down = true;
    this.#replies = [];
    for (const post of [...this.#posts.values(), ...this.#side]) post.giveUp();
  }
}

function failureOf({ httpStatus: status, bodyText, text }: MessageRefusal): WireFailure {
  return status >= 300 ? new WireFailure('status', text, { status, bodyText }) : new WireFailure('reset', text);
}
