import type { Dispatcher } from 'undici';
import type { Clock, TimerHandle } from './clock.js';
import type { DriverLimits } from './driver-options.js';
import { jsonFault } from './json-fault.js';
import { rawHeader, refusalHeaders } from './raw-headers.js';
import type { RefusalHeaders } from './refusal-hint.js';
import { SseReader, type SseSink } from './sse-reader.js';
import { fromSocket, WireFailure } from './wire-failure.js';

export interface SideRequest {
  readonly method: 'POST' | 'DELETE';
  /** Flat list: name, value, ... */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly timeoutMs: number;
  /** Gets each JSON-RPC message of the answer; returns true when it has what it waits for. May throw a WireFailure. */
  readonly onMessage?: (message: unknown) => boolean;
}

export interface SideReply {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** The message that was waited for has come. */
  readonly satisfied: boolean;
}

export interface SideExchangeParts {
  readonly request: SideRequest;
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly resolve: (reply: SideReply) => void;
  readonly reject: (failure: WireFailure) => void;
  /** Nothing of it is on the wire any more. */
  readonly onOver: (exchange: SideExchange) => void;
}

const ERROR_BODY_BYTES = 8 * 1024;
/** What is left of an answer after the message that was waited for is read over to here, so that its connection can be used again. */
const REST_BYTES = 64 * 1024;

/** How the body of the answer is read. `rest`: nothing more is wanted of it. */
type Body = 'json' | 'stream' | 'refusal' | 'other' | 'rest';

/** One request of the side channel and its answer: undici's handler, with its raw methods, for thousands of sessions may be opened in a row. */
export class SideExchange implements Dispatcher.DispatchHandler, SseSink {
  readonly #parts: SideExchangeParts;
  readonly #timer: TimerHandle;
  #abort: (() => void) | undefined;
  #settled = false;
  #over = false;
  #body: Body = 'rest';
  #status = 0;
  #contentType = '';
  #headers: RefusalHeaders = {};
  #sessionId: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #reader: SseReader | undefined;

  constructor(parts: SideExchangeParts) {
    const { clock, request } = parts;
    this.#parts = parts;
    this.#timer = clock.setTimer(
      () => this.#fail(new WireFailure('timeout', `no answer within ${request.timeoutMs} ms`)),
      request.timeoutMs,
    );
  }

  /** Gives it up. */
  close(): void {
    this.#fail(new WireFailure('closed', 'the driver is closed'));
  }

  onConnect(abort: () => void): void {
    // It may have waited for a connection longer than for an answer.
    if (this.#over) abort();
    else this.#abort = abort;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200 || this.#over) return true;
    this.#status = status;
    this.#contentType = rawHeader(headers, 'content-type').split(';')[0]!.trim();
    const sessionId = rawHeader(headers, 'mcp-session-id');
    this.#sessionId = sessionId === '' ? undefined : sessionId;
    const { request, limits } = this.#parts;
    if (status >= 300) {
      this.#headers = refusalHeaders(headers);
      this.#body = 'refusal';
    } else if (request.onMessage === undefined) this.#settle(true);
    else if (this.#contentType === 'application/json') this.#body = 'json';
    else if (this.#contentType === 'text/event-stream') {
      this.#body = 'stream';
      this.#reader = new SseReader(this, limits.sseLineLength);
    } else this.#body = 'other';
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#over) return true;
    this.#bytes += chunk.length;
    const { answerBytes } = this.#parts.limits;
    switch (this.#body) {
      case 'rest':
        if (this.#bytes > REST_BYTES) this.#end();
        break;
      case 'json':
      case 'stream':
        if (this.#bytes > answerBytes) this.#fail(new WireFailure('too-large', `an answer of more than ${answerBytes} bytes`));
        else if (this.#reader !== undefined) this.#reader.push(chunk);
        else this.#chunks.push(chunk);
        break;
      default:
        this.#chunks.push(chunk);
        if (this.#bytes >= ERROR_BODY_BYTES) this.#refused();
    }
    return true;
  }

  onEvent(data: string): boolean {
    if (data !== '') this.#message(data);
    return this.#body === 'stream' && !this.#over;
  }

  onLineTooLong(): void {
    this.#fail(new WireFailure('too-large', 'a line of the event stream is too long'));
  }

  onComplete(): void {
    this.#abort = undefined;
    if (!this.#over) {
      if (this.#body === 'json') {
        this.#message(Buffer.concat(this.#chunks).toString('utf8'));
        this.#settle(false);
      } else if (this.#body === 'stream')
        this.#fail(new WireFailure('no-answer', 'the event stream ended without an answer', { status: this.#status }));
      else if (this.#body !== 'rest') this.#refused();
    }
    this.#end();
  }

  onError(error: Error): void {
    this.#abort = undefined;
    this.#fail(fromSocket(error));
  }

  /** A message of the answer, as its text came. */
  #message(text: string): void {
    try {
      if (this.#parts.request.onMessage!(parse(text, this.#status))) this.#settle(true);
    } catch (error) {
      this.#fail(error instanceof WireFailure ? error : new WireFailure('malformed', String(error)));
    }
  }

  /** Its answer is no MCP message, or an HTTP error. */
  #refused(): void {
    const status = this.#status;
    const contentType = this.#contentType;
    const bodyText = Buffer.concat(this.#chunks).toString('utf8').slice(0, ERROR_BODY_BYTES);
    this.#fail(
      this.#body === 'refusal'
        ? new WireFailure('status', `HTTP ${status}`, { status, contentType, bodyText, headers: this.#headers })
        : new WireFailure('content-type', `content type ${contentType || 'missing'}`, { status, contentType, bodyText }),
    );
  }

  #settle(satisfied: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#body = 'rest';
    this.#bytes = 0;
    this.#chunks = [];
    this.#reader = undefined;
    this.#parts.resolve({ status: this.#status, sessionId: this.#sessionId, satisfied });
  }

  #fail(failure: WireFailure): void {
    if (!this.#settled) {
      this.#settled = true;
      this.#parts.reject(failure);
    }
    this.#end();
  }

  /** Takes what is left of it off the wire. */
  #end(): void {
    if (this.#over) return;
    this.#over = true;
    const { clock, onOver } = this.#parts;
    clock.clearTimer(this.#timer);
    const abort = this.#abort;
    this.#abort = undefined;
    abort?.();
    onOver(this);
  }
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new WireFailure('malformed', jsonFault(text, error), { status });
  }
}
