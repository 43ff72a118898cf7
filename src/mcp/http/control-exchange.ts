import type { Dispatcher } from 'undici';
import { codingOf, unknownCodingText } from '../../scenario/file/content-encoding.js';
import { givenLatencyText } from '../../text/figure-text.js';
import type { Clock, TimerHandle } from '../call/clock.js';
import { isResetOfConnection } from '../call/socket-error.js';
import { fromSocket, WireFailure } from '../call/wire-failure.js';
import type { DriverLimits } from '../driver-options.js';
import { BodyDecoder, type DecodedSink } from '../protocol/body-decoder.js';
import { jsonFault } from '../protocol/json-fault.js';
import { rawHeader, refusalHeaders } from '../protocol/raw-headers.js';
import type { RefusalHeaders } from '../protocol/refusal-hint.js';
import { SseReader, type SseSink } from '../protocol/sse-reader.js';

export interface ControlRequest {
  readonly method: 'POST' | 'DELETE';
  /** Flat list: name, value, ... */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly timeoutMs: number;
  /** Gets each JSON-RPC message of the answer; returns true when it has what it waits for. May throw a WireFailure. */
  readonly onMessage?: (message: unknown) => boolean;
}

export interface ControlReply {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** The message that was waited for has come. */
  readonly satisfied: boolean;
}

export interface ControlExchangeParts {
  readonly request: ControlRequest;
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly resolve: (reply: ControlReply) => void;
  readonly reject: (failure: WireFailure) => void;
  /** Puts it on the wire once more: nothing of it was written. */
  readonly sendAgain: () => void;
  /** Nothing of it is on the wire any more. */
  readonly onOver: (exchange: ControlExchange) => void;
}

const ERROR_BODY_BYTES = 8 * 1024;
/** What is left of an answer after the message that was waited for is read over to here, so that its connection can be used again. */
const REST_BYTES = 64 * 1024;

/** So many connections of the control client may have been reset while they were idle. */
const MOST_AGAIN = 16;

/** How the body of the answer is read. `rest`: nothing more is wanted of it. */
type Body = 'json' | 'stream' | 'refusal' | 'other' | 'rest';

/** One request of the control client and its answer: undici's handler, with its raw methods, for thousands of sessions may be opened in a row. */
export class ControlExchange implements Dispatcher.DispatchHandler, SseSink, DecodedSink {
  readonly #parts: ControlExchangeParts;
  readonly #timer: TimerHandle;
  #abort: (() => void) | undefined;
  #settled = false;
  #over = false;
  /** How often it was put on the wire again. */
  #again = 0;
  #body: Body = 'rest';
  #status = 0;
  #contentType = '';
  #headers: RefusalHeaders = {};
  #sessionId: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of a body that is in a coding, as they came. */
  #coded = 0;
  #reader: SseReader | undefined;
  #decoder: BodyDecoder | undefined;
  /** A body that cannot be read, in words. */
  #undecodable = '';

  constructor(parts: ControlExchangeParts) {
    const { clock, request } = parts;
    this.#parts = parts;
    this.#timer = clock.setTimer(
      () => this.#fail(new WireFailure('timeout', `no answer within ${givenLatencyText(request.timeoutMs * 1000)}`)),
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
    const coding = this.#body === 'rest' ? undefined : codingOf(rawHeader(headers, 'content-encoding'));
    if (typeof coding === 'string') this.#decoder = new BodyDecoder(coding, this);
    else if (coding !== undefined) this.onUndecodable(unknownCodingText(coding.unknown));
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#over) return true;
    // What is left of an answer that has been read is read over as it comes.
    if (this.#decoder === undefined || this.#body === 'rest') this.#take(chunk);
    else {
      this.#coded += chunk.length;
      if (this.#coded > this.#parts.limits.answerBytes) this.#tooLarge();
      else this.#decoder.push(chunk, 0);
    }
    return true;
  }

  onDecoded(chunk: Buffer): void {
    if (!this.#over && this.#body !== 'rest') this.#take(chunk);
  }

  onUndecodable(text: string): void {
    if (this.#over) return;
    this.#undecodable = text;
    // A status of 300 and more says enough without its body.
    if (this.#body === 'refusal') this.#refused();
    else this.#fail(new WireFailure('malformed', text, { status: this.#status, contentType: this.#contentType }));
  }

  #tooLarge(): void {
    this.#fail(new WireFailure('too-large', `an answer of more than ${this.#parts.limits.answerBytes} bytes`));
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const { answerBytes } = this.#parts.limits;
    switch (this.#body) {
      case 'rest':
        if (this.#bytes > REST_BYTES) this.#end();
        break;
      case 'json':
      case 'stream':
        if (this.#bytes > answerBytes) this.#tooLarge();
        else if (this.#reader !== undefined) this.#reader.push(chunk);
        else this.#chunks.push(chunk);
        break;
      default:
        this.#chunks.push(chunk);
        if (this.#bytes >= ERROR_BODY_BYTES) this.#refused();
    }
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
    if (this.#decoder === undefined) this.#bodyEnded();
    else this.#decoder.finish(() => this.#bodyEnded());
  }

  #bodyEnded(): void {
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
    const written = this.#abort !== undefined;
    this.#abort = undefined;
    // The connection that it waited for was reset while it was idle: there are others, which may have been reset like it.
    if (!written && !this.#over && this.#again < MOST_AGAIN && isResetOfConnection(error)) {
      this.#again++;
      this.#parts.sendAgain();
      return;
    }
    if (this.#decoder === undefined) this.#fail(fromSocket(error));
    else this.#decoder.finish(() => this.#fail(fromSocket(error)));
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
    const bodyText = this.#undecodable || Buffer.concat(this.#chunks).toString('utf8').slice(0, ERROR_BODY_BYTES);
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
    this.#decoder?.close();
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
