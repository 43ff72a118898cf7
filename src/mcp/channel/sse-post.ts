import type { Dispatcher } from 'undici';
import { codingOf, unknownCodingText } from '../../scenario/file/content-encoding.js';
import type { Clock } from '../call/clock.js';
import type { Deadline } from '../call/deadline-queue.js';
import { errorCode, faultOfSocketError } from '../call/socket-error.js';
import type { Connection, ConnectionPool } from '../http/connection-pool.js';
import { BodyDecoder, type DecodedSink } from '../protocol/body-decoder.js';
import { rawHeader } from '../protocol/raw-headers.js';
import { retryAfterMs } from '../protocol/retry-after.js';
import type { MessageRefusal } from './message-channel.js';

const ERROR_BODY_BYTES = 8 * 1024;

export interface SsePostOptions {
  readonly pool: ConnectionPool;
  readonly clock: Clock;
  /** Told once it is through: taken, or ended by ourselves (undefined), or why it was not taken. */
  readonly onEnd: (refusal: MessageRefusal | undefined) => void;
}

/** One message on its way to an HTTP+SSE server. Its answer comes on the event stream; the POST only says whether it was taken. */
export class SsePost implements Dispatcher.DispatchHandler, Deadline, DecodedSink {
  deadlineMs = 0;
  lane: Deadline['lane'] = undefined;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;
  readonly #options: SsePostOptions;
  #connection: Connection | undefined;
  #abort: (() => void) | undefined;
  #status = 0;
  #body = '';
  /** The body of a refusal is in a coding that is not read. */
  #readable = true;
  /** Of a refusal. */
  #decoder: BodyDecoder | undefined;
  #retryAfterMs: number | undefined;
  #insufficientScope = false;
  #given = false;

  constructor(options: SsePostOptions) {
    this.#options = options;
  }

  /** It is on a socket. */
  get sent(): boolean {
    return this.#abort !== undefined;
  }

  send(request: Dispatcher.DispatchOptions): void {
    this.#connection = this.#options.pool.acquire();
    try {
      this.#connection.client.dispatch(request, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Takes it back, wherever it is. */
  giveUp(): void {
    this.#given = true;
    if (this.#abort !== undefined) this.#abort();
    else if (this.#connection !== undefined) {
      this.#options.pool.discard(this.#connection);
      this.#connection = undefined;
    }
  }

  expire(): void {
    this.giveUp();
  }

  onConnect(abort: () => void): void {
    this.#abort = abort;
    const connection = this.#connection;
    if (connection !== undefined) connection.carrying = true;
    if (connection === undefined || this.#given) abort();
    else if (connection.fresh) connection.fresh = false;
    else this.#options.pool.reused++;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200) return true;
    this.#status = status;
    const retryAfter = status >= 300 ? rawHeader(headers, 'retry-after') : '';
    if (retryAfter !== '') this.#retryAfterMs = retryAfterMs(retryAfter, this.#options.clock.wallMs());
    if (status === 403) this.#insufficientScope = rawHeader(headers, 'www-authenticate').includes('insufficient_scope');
    const coding = status >= 300 ? codingOf(rawHeader(headers, 'content-encoding')) : undefined;
    if (typeof coding === 'string') this.#decoder = new BodyDecoder(coding, this);
    else if (coding !== undefined) this.onUndecodable(unknownCodingText(coding.unknown));
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#decoder === undefined) this.onDecoded(chunk);
    else this.#decoder.push(chunk, 0);
    return true;
  }

  onDecoded(chunk: Buffer): void {
    if (this.#status >= 300 && this.#readable && this.#body.length < ERROR_BODY_BYTES)
      this.#body += chunk.toString('utf8', 0, ERROR_BODY_BYTES);
    // The start of a refusal is all that is kept of it.
    if (this.#decoder !== undefined && this.#body.length >= ERROR_BODY_BYTES) this.#abort?.();
  }

  onUndecodable(text: string): void {
    this.#body = text;
    this.#readable = false;
  }

  onComplete(): void {
    this.#release();
    if (this.#decoder === undefined) this.#taken();
    else this.#decoder.finish(() => this.#taken());
  }

  #taken(): void {
    const status = this.#status;
    this.#tell(status < 300 ? undefined : this.#refusal(`HTTP ${status} to the message`));
  }

  onError(error: Error): void {
    const sent = this.#abort !== undefined;
    this.#release();
    if (this.#decoder === undefined) this.#broke(error, sent);
    else this.#decoder.finish(() => this.#broke(error, sent));
  }

  #broke(error: Error, sent: boolean): void {
    if (this.#status >= 300) this.#tell(this.#refusal(`HTTP ${this.#status} to the message`));
    // A 2xx is all that is waited for, whatever becomes of its body.
    else if (this.#status >= 200) this.#tell(undefined);
    else
      this.#tell({
        ...this.#refusal(`the message could not be sent: ${error.message || errorCode(error)}`),
        fault: faultOfSocketError(error, sent, false, false),
      });
  }

  #refusal(text: string): MessageRefusal {
    return {
      fault: 'none',
      httpStatus: this.#status,
      bodyText: this.#body.slice(0, ERROR_BODY_BYTES),
      insufficientScope: this.#insufficientScope,
      retryAfterMs: this.#retryAfterMs,
      text,
    };
  }

  #release(): void {
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#options.pool.release(connection);
  }

  #tell(refusal: MessageRefusal | undefined): void {
    this.#options.onEnd(this.#given ? undefined : refusal);
  }
}
