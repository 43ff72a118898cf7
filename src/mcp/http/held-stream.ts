import type { Dispatcher } from 'undici';
import { codingOf, unknownCodingText } from '../../scenario/file/content-encoding.js';
import { saidIn } from '../../text/said-in.js';
import type { Clock, TimerHandle } from '../call/clock.js';
import type { ServerRequest } from '../call/server-request-handler.js';
import type { StreamCounts } from '../call/stream-counts.js';
import { BodyDecoder, type DecodedSink } from '../protocol/body-decoder.js';
import { rawHeader } from '../protocol/raw-headers.js';
import { isObject } from '../protocol/rpc-answer.js';
import { SseReader, type SseSink } from '../protocol/sse-reader.js';
import type { Connection, ConnectionPool } from './connection-pool.js';

export interface HeldStreamOptions {
  readonly pool: ConnectionPool;
  readonly clock: Clock;
  readonly counts: StreamCounts;
  readonly lineLimit: number;
  /** Method, path, headers and body of the request that opens it, made anew each time. */
  readonly request: () => Dispatcher.DispatchOptions;
  /** A request of the server. */
  readonly onRequest: (request: ServerRequest) => void;
  /** A stream that stood was refused, or not answered, when it was asked for again. */
  readonly onRefused: () => void;
  /** The first answer: undefined when the stream stands, else why not. */
  readonly onFirst: (failure: StreamFailure | undefined) => void;
}

export interface StreamFailure {
  /** The server has no such stream (405, or -32601 in 2026-07-28): it is not asked again. */
  readonly notOffered: boolean;
  /** HTTP status of the refusal; 0: there was none. */
  readonly status: number;
  readonly text: string;
}

/** Pause before a stream that ended is opened again, unless the server names another (`retry:`). */
const REOPEN_MS = 1000;
const LONGEST_REOPEN_MS = 30_000;
/** A server that names no pause at all must not be asked without end. */
const LEAST_REOPEN_MS = 100;

/** A stream that stays open beside the calls: a GET of a legacy session, or `subscriptions/listen`. It holds a socket and is opened again when it ends. */
export class HeldStream implements Dispatcher.DispatchHandler, SseSink, DecodedSink {
  readonly #options: HeldStreamOptions;
  #connection: Connection | undefined;
  #abort: (() => void) | undefined;
  #reader: SseReader | undefined;
  #decoder: BodyDecoder | undefined;
  #timer: TimerHandle | undefined;
  #status = 0;
  #errorText = '';
  #told = false;
  /** It stood once: the server has such streams. */
  #stood = false;
  /** Refusals in a row since it last stood. */
  #refused = 0;
  #standing = false;
  #closed = false;

  constructor(options: HeldStreamOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#closed) return;
    this.#status = 0;
    this.#errorText = '';
    this.#connection = this.#options.pool.acquire();
    try {
      this.#connection.client.dispatch(this.#options.request(), this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    this.#fell();
    this.#decoder?.close();
    if (this.#abort !== undefined) this.#abort();
    else if (this.#connection !== undefined) this.#options.pool.discard(this.#connection);
    this.#tell({ notOffered: false, status: 0, text: 'it was given up' });
  }

  onConnect(abort: () => void): void {
    this.#abort = abort;
    if (this.#connection !== undefined) this.#connection.carrying = true;
    if (this.#closed) abort();
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200) return true;
    this.#status = status;
    const coding = codingOf(rawHeader(headers, 'content-encoding'));
    if (typeof coding === 'object') {
      this.onUndecodable(unknownCodingText(coding.unknown));
      return true;
    }
    if (coding !== undefined) this.#decoder = new BodyDecoder(coding, this);
    if (status === 200 && rawHeader(headers, 'content-type').startsWith('text/event-stream')) {
      this.#reader = new SseReader(this, this.#options.lineLimit);
      this.#standing = true;
      this.#stood = true;
      this.#refused = 0;
      this.#options.counts.open += 1;
      this.#options.counts.opened += 1;
      this.#tell(undefined);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#decoder === undefined) this.onDecoded(chunk);
    else this.#decoder.push(chunk, 0);
    return true;
  }

  onDecoded(chunk: Buffer): void {
    if (this.#reader !== undefined) this.#reader.push(chunk);
    else if (this.#errorText.length < 300) this.#errorText += chunk.toString('utf8').slice(0, 300);
  }

  onUndecodable(text: string): void {
    this.#errorText = text;
    this.#abort?.();
  }

  onEvent(data: string): boolean {
    if (data === '') return true;
    this.#options.counts.messages += 1;
    try {
      const message: unknown = JSON.parse(data);
      if (isObject(message) && typeof message.method === 'string' && message.id !== undefined)
        this.#options.onRequest({ method: message.method, id: message.id, params: message.params });
    } catch {
      // What is no JSON is counted and asks for nothing.
    }
    return true;
  }

  onLineTooLong(): void {
    this.#abort?.();
  }

  onComplete(): void {
    this.#through();
  }

  onError(error: Error): void {
    if (this.#status === 0) this.#errorText = error.message;
    this.#through();
  }

  /** Once what came has been decoded. */
  #through(): void {
    const decoder = this.#decoder;
    this.#decoder = undefined;
    if (decoder === undefined || this.#closed) this.#ended();
    else decoder.finish(() => this.#ended());
  }

  #ended(): void {
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#options.pool.release(connection);
    const askedMs = Math.max(LEAST_REOPEN_MS, Math.min(this.#reader?.retryMs ?? REOPEN_MS, LONGEST_REOPEN_MS));
    this.#reader = undefined;
    if (this.#closed) return;
    if (this.#standing) this.#options.counts.lost += 1;
    else if (this.#stood) {
      this.#refused += 1;
      this.#options.onRefused();
    }
    this.#fell();
    const notOffered = this.#status === 405 || (this.#status === 404 && this.#errorText.includes('-32601'));
    const status = this.#status;
    const text = status === 0 ? this.#errorText : `HTTP ${status} ${saidIn(this.#errorText)}`.trim();
    this.#tell({ notOffered, status, text });
    // What never stood is not there. One refusal of a stream that stood says nothing of the next try, whatever its status; with a session
    // that is gone the stream goes too, and comes again with its successor.
    if (!this.#stood && (notOffered || this.#status === 404 || this.#status === 410)) return;
    const pauseMs = Math.min(askedMs * 2 ** Math.max(0, this.#refused - 1), LONGEST_REOPEN_MS);
    this.#timer = this.#options.clock.setTimer(() => this.open(), pauseMs);
    this.#timer.unref?.();
  }

  #fell(): void {
    if (this.#standing) this.#options.counts.open -= 1;
    this.#standing = false;
  }

  #tell(failure: StreamFailure | undefined): void {
    if (this.#told) return;
    this.#told = true;
    this.#options.onFirst(failure);
  }
}
