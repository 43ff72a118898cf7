import { Client, type Dispatcher } from 'undici';
import type { Clock, TimerHandle } from './clock.js';
import type { ConnectionPool } from './connection-pool.js';
import type { DeadlineQueue } from './deadline-queue.js';
import type { Dialer } from './dialer.js';
import type { DriverLimits } from './driver-options.js';
import type { ChannelListener, ChannelLoss, MessageChannel, MessageRefusal } from './message-channel.js';
import { rawHeader } from './raw-headers.js';
import { streamHeaders } from './request-headers.js';
import { errorCode, isNotHttp } from './socket-error.js';
import { SsePost } from './sse-post.js';
import { SseReader } from './sse-reader.js';
import { WireFailure } from './wire-failure.js';

export interface SseChannelOptions {
  readonly url: URL;
  /** Of every request of the caller, as a flat list; may be changed in place. */
  readonly headers: readonly string[];
  readonly dialer: Dialer;
  /** For the POSTs. */
  readonly pool: ConnectionPool;
  readonly deadlines: DeadlineQueue;
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly openTimeoutMs: number;
  readonly redact: (text: string) => string;
  readonly warn: (name: string) => void;
  /** The address of the session is a secret. */
  readonly keepSecret: (secret: string) => void;
}

/** How long a POST may stay open after the answer has come on the stream. */
const POST_GRACE_MS = 1000;
const NOTIFY_TIMEOUT_MS = 2000;
/** Messages beside the calls that may be on the way at once. */
const SIDE_MESSAGES = 64;
/** Replies beyond those that may wait. */
const MOST_REPLIES = 1000;
const ERROR_BODY_BYTES = 8 * 1024;

/** One session of the HTTP+SSE transport of 2024-11-05: an event stream that names the address of its POSTs and carries all answers. */
export class SseChannel implements MessageChannel {
  carried = 0;
  readonly #options: SseChannelOptions;
  readonly #posts = new Map<number, SsePost>();
  readonly #side = new Set<SsePost>();
  /** Replies that wait for one of those to be through. */
  #replies: string[] = [];
  readonly #reader: SseReader;
  #client: Client | undefined;
  #abort: (() => void) | undefined;
  #listener: ChannelListener | undefined;
  #path: string | undefined;
  #standing: ((failure: WireFailure | undefined) => void) | undefined;
  #down = false;

  constructor(options: SseChannelOptions) {
    this.#options = options;
    const limit = options.limits.sseLineLength;
    this.#reader = new SseReader(
      {
        onEvent: (data) => {
          const nowMs = this.#options.clock.now();
          if (data !== '' && !this.#down) this.#listener?.onMessage(data, Buffer.byteLength(data), nowMs, nowMs);
          return !this.#down;
        },
        onOtherEvent: (type, data) => {
          if (type === 'endpoint' && this.#path === undefined) this.#endpoint(data);
        },
        onLineTooLong: () =>
          this.#fail('too-large', {
            fault: 'answer-too-large',
            text: `the event stream has an event of more than ${limit} characters, and was closed`,
          }),
      },
      limit,
    );
  }

  get name(): string {
    return 'event stream';
  }

  open(listener: ChannelListener): Promise<void> {
    this.#listener = listener;
    const { url, headers, dialer, limits, clock, openTimeoutMs } = this.#options;
    const client = new Client(url.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.headerBytes,
      connect: (options, callback) => {
        dialer.dial(options, callback);
      },
    });
    this.#client = client;
    return new Promise((resolve, reject) => {
      const timer: TimerHandle = clock.setTimer(
        () => this.#standing?.(new WireFailure('timeout', `no \`endpoint\` event within ${openTimeoutMs} ms`)),
        openTimeoutMs,
      );
      this.#standing = (failure) => {
        this.#standing = undefined;
        clock.clearTimer(timer);
        if (failure === undefined) resolve();
        else {
          this.#down = true;
          this.#drop();
          reject(failure);
        }
      };
      client.dispatch({ path: url.pathname + url.search, method: 'GET', headers: streamHeaders(headers) }, this.#stream());
    });
  }

  send(id: number, text: string, requestId?: string): void {
    const path = this.#path;
    if (this.#down || path === undefined) return;
    this.carried++;
    const post = this.#post((refusal) => {
      this.#posts.delete(id);
      this.#options.deadlines.remove(post);
      if (refusal !== undefined && !this.#down) this.#listener?.onRefused(id, refusal);
    });
    this.#posts.set(id, post);
    post.send(this.#request(path, text, requestId));
  }

  tell(text: string): boolean {
    return this.#send(text, () => {});
  }

  /** @param onRefused told when the server did not take it */
  #send(text: string, onRefused: () => void): boolean {
    const path = this.#path;
    if (this.#down || path === undefined || this.#side.size >= SIDE_MESSAGES) return false;
    const post = this.#post((refusal) => {
      this.#side.delete(post);
      this.#options.deadlines.remove(post);
      if (refusal !== undefined) onRefused();
      const next = this.#replies.shift();
      if (next !== undefined) this.reply(next);
    });
    this.#side.add(post);
    this.#options.deadlines.add(post, NOTIFY_TIMEOUT_MS, this.#options.clock.now());
    post.send(this.#request(path, text));
    return true;
  }

  reply(text: string): boolean {
    if (this.#send(text, () => this.#options.warn('reply-to-server-failed'))) return true;
    if (this.#down || this.#replies.length >= MOST_REPLIES) return false;
    this.#replies.push(text);
    return true;
  }

  notify(text: string): Promise<void> {
    const path = this.#path;
    if (this.#down || path === undefined) return Promise.reject(new WireFailure('reset', 'the event stream is gone'));
    return new Promise((resolve, reject) => {
      const post = this.#post((refusal) => {
        this.#side.delete(post);
        this.#options.deadlines.remove(post);
        if (refusal === undefined) resolve();
        else reject(failureOf(refusal));
      });
      this.#side.add(post);
      this.#options.deadlines.add(post, NOTIFY_TIMEOUT_MS, this.#options.clock.now());
      post.send(this.#request(path, text));
    });
  }

  callEnded(id: number, answered: boolean): boolean {
    const post = this.#posts.get(id);
    if (post === undefined) return true;
    const { sent } = post;
    if (answered) this.#options.deadlines.add(post, POST_GRACE_MS, this.#options.clock.now());
    else post.giveUp();
    return sent;
  }

  async close(): Promise<void> {
    this.#down = true;
    this.#standing?.(new WireFailure('closed', 'the driver is closed'));
    this.#drop();
  }

  #post(onEnd: (refusal: MessageRefusal | undefined) => void): SsePost {
    return new SsePost({ pool: this.#options.pool, clock: this.#options.clock, onEnd });
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

  /** The first event: the address of the POSTs. Another origin is refused: no host is loaded that was not named. */
  #endpoint(data: string): void {
    const { url, keepSecret } = this.#options;
    const address = URL.canParse(data, url.href) ? new URL(data, url.href) : undefined;
    if (address === undefined || address.origin !== url.origin) {
      const what = address === undefined ? 'no address' : `an address of another origin (${address.origin})`;
      this.#standing?.(new WireFailure('malformed', `an \`endpoint\` event with ${what}`));
      return;
    }
    for (const value of address.searchParams.values()) keepSecret(value);
    this.#path = address.pathname + address.search;
    this.#standing?.(undefined);
  }

  #stream(): Dispatcher.DispatchHandler {
    let status = 0;
    let contentType = '';
    let location = '';
    let body = '';
    const refuse = (): void => {
      const details = { status, contentType, bodyText: body, ...(location === '' ? {} : { location }) };
      const stream = status === 200 && contentType.startsWith('text/event-stream');
      if (stream) this.#fail('no-answer', { fault: 'stream-lost', text: 'the server ended the event stream' });
      else if (status >= 300) this.#standing?.(new WireFailure('status', `HTTP ${status}`, details));
      else this.#standing?.(new WireFailure('content-type', `content type ${contentType || 'missing'}`, details));
    };
    return {
      onConnect: (abort) => {
        this.#abort = abort;
        if (this.#down) abort();
      },
      onHeaders: (code: number, headers: Buffer[]) => {
        if (code < 200) return true;
        status = code;
        contentType = rawHeader(headers, 'content-type').toLowerCase();
        location = rawHeader(headers, 'location');
        return true;
      },
      onData: (chunk: Buffer) => {
        if (status === 200 && contentType.startsWith('text/event-stream')) this.#reader.push(chunk);
        else {
          body += chunk.toString('utf8', 0, ERROR_BODY_BYTES);
          if (body.length >= ERROR_BODY_BYTES) refuse();
        }
        return true;
      },
      onComplete: () => refuse(),
      onError: (error: Error) => {
        const code = errorCode(error);
        const text = error.message || code;
        const kind = isNotHttp(error) ? 'not-http' : this.#abort === undefined ? 'connect' : 'reset';
        if (this.#standing !== undefined) this.#standing(new WireFailure(kind, text, { code }));
        else this.#fail('reset', { fault: 'stream-lost', text: `the event stream broke off: ${text}` });
      },
    } as Dispatcher.DispatchHandler;
  }

  #fail(kind: 'no-answer' | 'too-large' | 'reset', loss: ChannelLoss): void {
    if (this.#standing !== undefined) {
      this.#standing(new WireFailure(kind, loss.text));
      return;
    }
    if (this.#down) return;
    this.#down = true;
    this.#drop();
    this.#listener?.onLost({ ...loss, text: this.#options.redact(loss.text) });
  }

  #drop(): void {
    this.#replies = [];
    for (const post of [...this.#posts.values(), ...this.#side]) post.giveUp();
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    this.#abort?.();
    client.destroy().catch(() => undefined);
  }
}

function failureOf({ httpStatus: status, bodyText, text }: MessageRefusal): WireFailure {
  return status >= 300 ? new WireFailure('status', text, { status, bodyText }) : new WireFailure('reset', text);
}
