import type { Dispatcher } from 'undici';
import { codingOf, looksCoded, unknownCodingText } from '../../scenario/file/content-encoding.js';
import { spanText } from '../../text/figure-text.js';
import { errorCode, faultOfSocketError } from '../call/socket-error.js';
import { WireCall, type WireOwner } from '../call/wire-call.js';
import type { CallAnswer } from '../driver.js';
import type { DriverLimits } from '../driver-options.js';
import { BodyDecoder, type DecodedSink } from '../protocol/body-decoder.js';
import { meansLostSession } from '../protocol/classify.js';
import { jsonFault } from '../protocol/json-fault.js';
import { beginsWith, rawHeader, rawHeaderBytes } from '../protocol/raw-headers.js';
import { retryAfterMs } from '../protocol/retry-after.js';
import { isObject, readErrorBody } from '../protocol/rpc-answer.js';
import { SseReader, type SseSink } from '../protocol/sse-reader.js';
import { cancelOutcome } from './cancel-outcome.js';
import type { Connection } from './connection-pool.js';
import type { CallPath } from './legacy-session.js';
import type { PreparedCall } from './prepared-call.js';
import { eventIdHeader } from './request-headers.js';

/** How much of a body that is no answer is kept. */
const ERROR_BODY_BYTES = 8 * 1024;
/** How long a stream may stay open after its answer before its connection is closed instead of used again. */
const STREAM_GRACE_MS = 100;
/** A server may close the stream of one call as often as this, and is asked for the rest each time. */
const MOST_RESUMES = 100;
/** Pause before that where the server names none, and the longest that is kept. */
const RESUME_AFTER_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A server that names no pause at all must not be asked without end: the first pause then, and each next one is twice as long, up to a second. */
const LEAST_PAUSE_MS = 100;
/** A connection that lay idle for so long may have been closed by the server before the call was on it ... */
const STALE_AFTER_MS = 1000;
/** ... if it broke so soon after the call was put on it. */
const STALE_WITHIN_MS = 1000;
/** Time between two looks at whether an answer that came in time has been decoded. */
const DECODING_MS = 1000;
/** How long the stream of a cancelled call is looked at. */
const CANCEL_WATCH_MS = 1000;

/** What a call over Streamable HTTP needs of its driver. */
export interface CallOwner extends WireOwner {
  readonly limits: DriverLimits;
  /** A call that we ended on the wire; a legacy server is told. */
  ended(call: HttpCall): void;
  /** A message on the stream that is no answer: a notification (no id) or a request of the server. */
  serverMessage(call: HttpCall, message: Readonly<Record<string, unknown>>): void;
  /** A legacy server closed the stream of a call that it has not answered yet: asks for the rest of it from an event on, after a pause. */
  resume(call: HttpCall, lastEventId: string, afterMs: number): void;
}

/** What a connection did before and since it was taken for a request. */
export interface ConnectionTimes {
  /** 0 on a socket that carried nothing before. */
  readonly idleMs: number;
  readonly takenForMs: number;
}

type BodyKind = 'none' | 'json' | 'stream' | 'text';

/**
 * One `tools/call` over Streamable HTTP, from its POST to its one end. Uses undici's raw handler methods: they pass header bytes as they are and need
 * no wrapper objects (undici is pinned to the exact version).
 */
export class HttpCall extends WireCall<CallOwner> implements Dispatcher.DispatchHandler, SseSink, DecodedSink {
  readonly path: CallPath;
  #bodyKind: BodyKind = 'none';
  #chunk: Buffer | undefined = undefined;
  #chunks: Buffer[] | undefined = undefined;
  #connection: Connection | undefined = undefined;
  #abort: ((error?: Error) => void) | undefined = undefined;
  #reader: SseReader | undefined = undefined;
  /** Only where the answer is in a coding that nobody asked for. */
  #decoder: BodyDecoder | undefined = undefined;
  /** All of the answer is here, and not all of it is decoded. */
  #decoding = false;
  #bodyBytes = 0;
  /** When that came of which a piece was decoded. */
  #arrivedMs = 0;
  #resumes = 0;

  constructor(
    owner: CallOwner,
    { kind, path, bodyBytes }: PreparedCall,
    id: number,
    wantResult: boolean,
    done: (answer: CallAnswer) => void,
  ) {
    super(owner, path.era, id, kind, path.session?.id !== undefined, wantResult, bodyBytes, done);
    this.path = path;
  }

  /** Puts the request on a connection. `done` is never called before this returns. */
  send(options: Dispatcher.DispatchOptions, timeoutMs: number): void {
    const connection = this.path.pool.acquire();
    this.#connection = connection;
    const done = this.done;
    this.done = undefined;
    const nowMs = this.owner.clock.now();
    connection.takenMs = nowMs;
    this.owner.deadlines.add(this, timeoutMs, nowMs);
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
    this.done = done;
    if (this.answer !== undefined) this.owner.deliverSoon(this);
  }

  /** Asks for the rest of the stream of this call; its clock runs on. */
  sendAgain(options: Dispatcher.DispatchOptions): void {
    const connection = this.path.pool.acquire();
    connection.takenMs = this.owner.clock.now();
    this.#connection = connection;
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The server may have the request: it is on a socket (and not merely waiting for one), or works on it between two requests for the rest of its stream. */
  get sent(): boolean {
    return this.#abort !== undefined || this.#resumes > 0;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    const connection = this.#connection;
    if (connection === undefined) {
      abort();
      return;
    }
    connection.carrying = true;
    if (connection.fresh) connection.fresh = false;
    else this.path.pool.reused++;
  }

  /** How long the connection that it is on had been idle before, and how long it has it now; undefined when it is on none. */
  #connectionTimes(nowMs: number): ConnectionTimes | undefined {
    const connection = this.#connection;
    return connection === undefined ? undefined : { idleMs: connection.idleMs, takenForMs: nowMs - connection.takenMs };
  }

  /** undici is through with it. */
  #release(nowMs: number): void {
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.idleSinceMs = nowMs;
    this.path.pool.release(connection);
  }

  /** Takes the request back from undici, wherever it is. The answer is delivered by then or soon. */
  #closeWire(): void {
    const abort = this.#abort;
    const connection = this.#connection;
    if (abort !== undefined) abort();
    else if (connection !== undefined) {
      // Not written yet: undici has no way to take it back but to end the connection.
      this.#connection = undefined;
      this.path.pool.discard(connection);
    }
    if (this.answer !== undefined) this.owner.deliverSoon(this);
  }

  /**
   * Ends the call early; does nothing once it has ended.
   * @param watch a legacy server is told by a notification, and its stream is looked at a little longer for what became of the call
   */
  cancel(outcome: 'cancelled' | 'unfinished', watch = false): void {
    if (this.ended) return;
    this.local = outcome;
    const nowMs = this.owner.clock.now();
    if (!watch || outcome !== 'cancelled' || this.era === 'modern' || !this.sent) {
      if (watch && outcome === 'cancelled') this.owner.cancelTold('untold');
      this.#endOnWire(nowMs);
      return;
    }
    this.extra().watching = true;
    this.#end(nowMs);
    this.owner.ended(this);
    this.owner.deadlines.add(this, CANCEL_WATCH_MS, nowMs);
    this.owner.deliverSoon(this);
  }

  get #watching(): boolean {
    return this.extras?.watching === true;
  }

  expire(nowMs: number): void {
    if (this.ended) {
      this.#told('untold');
      // Answered, but its stream stayed open beyond the grace.
      this.#closeWire();
      return;
    }
    if (this.#decoding) {
      // It came in time: what is left to do is ours, and bounded.
      this.owner.deadlines.add(this, DECODING_MS, nowMs);
      return;
    }
    this.local = 'timeout';
    this.#endOnWire(nowMs);
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200 || (this.ended && !this.#watching)) return true;
    if (this.#watching) {
      this.#bodyKind = rawHeader(headers, 'content-type').startsWith('text/event-stream') ? 'stream' : 'json';
      this.#readCoding(headers);
      return true;
    }
    if (this.#resumes > 0 && status >= 300) {
      // The call was answered with a stream; that the rest of it cannot be had does not make the answer another one.
      this.fault = 'stream-lost';
      this.errorText = `the event stream ended without an answer, and resuming it was answered with HTTP ${status}`;
      this.#endAnswered(this.owner.clock.now());
      return true;
    }
    this.httpStatus = status;
    if (status === 202) {
      this.fault = 'protocol-violation';
      this.errorText = 'HTTP 202 instead of an answer to a request';
      this.#endAnswered(this.owner.clock.now());
      return true;
    }
    if (status < 300) this.#readHead(headers);
    else this.#readErrorHead(headers);
    this.#readCoding(headers);
    return true;
  }

  #readCoding(headers: Buffer[]): void {
    this.#decoder = undefined;
    const bytes = rawHeaderBytes(headers, 'content-encoding');
    const coding = bytes === undefined ? undefined : codingOf(bytes.toString('latin1'));
    if (coding === undefined) return;
    if (typeof coding === 'string') this.#decoder = new BodyDecoder(coding, this);
    else if (!this.ended) this.#undecodable(unknownCodingText(coding.unknown));
  }

  onData(chunk: Buffer): boolean {
    this.bytesReceived += chunk.length;
    if (this.ended && !this.#watching) return true;
    if (this.bytesReceived > this.owner.limits.answerBytes) {
      this.#tooLarge(`answer larger than ${this.owner.limits.answerBytes} bytes`);
      return true;
    }
    if (this.#decoder !== undefined) {
      const nowMs = this.owner.clock.now();
      if (this.firstByteMs < 0 && this.#bodyKind !== 'stream') this.firstByteMs = nowMs;
      this.#decoder.push(chunk, nowMs);
    } else this.#take(chunk);
    return true;
  }

  onDecoded(chunk: Buffer, arrivedMs: number): void {
    if (this.ended && !this.#watching) return;
    if (this.#bodyBytes + chunk.length > this.owner.limits.answerBytes) {
      this.#tooLarge(`answer larger than ${this.owner.limits.answerBytes} bytes once decoded`);
      return;
    }
    this.#arrivedMs = arrivedMs;
    this.#take(chunk);
  }

  onUndecodable(text: string): void {
    if (this.ended) this.#told('untold');
    else this.#undecodable(text);
  }

  /** The body cannot be read; a status of 300 and more says enough without it. */
  #undecodable(text: string): void {
    if (this.httpStatus >= 300) this.errorText = `HTTP ${this.httpStatus}; ${text}`;
    else {
      this.fault = 'malformed';
      this.errorText = text;
    }
    this.#endAnswered(this.owner.clock.now());
  }

  /** A piece of the body as it is meant. */
  #take(chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    if (this.#bodyKind === 'stream') {
      this.#reader ??= new SseReader(this, this.owner.limits.sseLineLength);
      this.#reader.push(chunk);
      return;
    }
    if (this.firstByteMs < 0) this.firstByteMs = this.owner.clock.now();
    this.#keep(chunk);
    if (this.#bodyKind === 'text' && this.#bodyBytes >= ERROR_BODY_BYTES) {
      if (!this.ended) {
        this.#readText();
        this.#end(this.owner.clock.now());
      }
      this.#closeWire();
    }
  }

  onComplete(): void {
    const nowMs = this.owner.clock.now();
    // Before the answer is handed over, so that the next call can use this connection at once.
    this.#release(nowMs);
    const decoder = this.#decoder;
    if (decoder === undefined) {
      this.#bodyEnded(nowMs);
      return;
    }
    this.#decoding = true;
    decoder.finish(() => {
      this.#decoding = false;
      this.#bodyEnded(nowMs);
    });
  }

  #bodyEnded(nowMs: number): void {
    if (this.ended) {
      if (this.#watching) this.#toldByEnd();
      this.owner.deadlines.remove(this);
      this.deliver();
      return;
    }
    if (this.#bodyKind === 'json') this.#readJson();
    else if (this.#bodyKind === 'stream') {
      if (this.#resumed()) return;
      this.fault = 'stream-lost';
      this.errorText = 'the event stream ended without an answer';
    } else this.#readText();
    this.#end(nowMs);
    this.deliver();
  }

  /** A legacy server may end a stream whenever it likes, and give the rest of it to whoever names the last event. A broken one is lost. */
  #resumed(): boolean {
    const from = this.#reader?.lastEventId;
    if (
      this.era !== 'legacy' ||
      from === undefined ||
      from === '' ||
      eventIdHeader(from) === undefined ||
      this.#resumes >= MOST_RESUMES
    )
      return false;
    this.#resumes++;
    const askedMs = this.#reader?.retryMs ?? RESUME_AFTER_MS;
    const pauseMs =
      askedMs < LEAST_PAUSE_MS
        ? Math.min(RESUME_AFTER_MS, LEAST_PAUSE_MS * 2 ** (this.#resumes - 1))
        : Math.min(askedMs, LONGEST_PAUSE_MS);
    this.#reader = undefined;
    this.#bodyKind = 'none';
    this.owner.resume(this, from, pauseMs);
    return true;
  }

  onError(error: Error): void {
    const { sent } = this;
    const nowMs = this.owner.clock.now();
    const times = this.#connectionTimes(nowMs);
    this.#release(nowMs);
    const decoder = this.#decoder;
    if (decoder === undefined) {
      this.#brokeOff(error, sent, times, nowMs);
      return;
    }
    // What came before may hold the answer.
    this.#decoding = true;
    decoder.finish(() => {
      this.#decoding = false;
      this.#brokeOff(error, sent, times, nowMs);
    });
  }

  #brokeOff(error: Error, sent: boolean, times: ConnectionTimes | undefined, nowMs: number): void {
    if (this.ended) {
      this.#told('untold');
      this.owner.deadlines.remove(this);
      this.deliver();
      return;
    }
    const streaming = this.#bodyKind === 'stream' || this.#resumes > 0;
    this.fault = faultOfSocketError(error, sent, this.httpStatus !== 0, streaming);
    // `localhost` is tried over IPv6 and IPv4; the error that holds both failures has no text of its own.
    const code = errorCode(error);
    this.errorText = error.message || code;
    if (
      this.fault === 'connection-reset' &&
      times !== undefined &&
      times.idleMs >= STALE_AFTER_MS &&
      times.takenForMs < STALE_WITHIN_MS
    ) {
      this.owner.warn('stale-connection');
      this.errorText += `, on a connection that had been idle for ${spanText(times.idleMs / 1000)}: does the server close idle ones sooner than target.idleTimeout?`;
    }
    if (code === 'EMFILE' || code === 'ENFILE') this.owner.warn('out-of-descriptors');
    if (code === 'EADDRNOTAVAIL') this.owner.warn('out-of-ports');
    if (this.httpStatus >= 300) {
      // The status is an answer, though its body broke off.
      this.fault = 'none';
      this.#readText();
    }
    this.#end(nowMs);
    this.deliver();
  }

  onEvent(data: string): boolean {
    if (this.#watching) {
      this.#toldBy(data);
      return true;
    }
    const nowMs = this.#decoder === undefined ? this.owner.clock.now() : this.#arrivedMs;
    if (this.firstByteMs < 0) this.firstByteMs = nowMs;
    if (data === '') return true;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch (error) {
      this.#malformed(error, data);
      this.#end(nowMs);
      this.#closeWire();
      return false;
    }
    if (isObject(message) && message.method !== undefined && message.result === undefined && message.error === undefined) {
      this.owner.serverMessage(this, message);
      return true;
    }
    this.read(message, data);
    this.#endAnswered(nowMs);
    return false;
  }

  onLineTooLong(): void {
    this.#tooLarge(`a line of the event stream is longer than ${this.owner.limits.sseLineLength} characters`);
  }

  /** What became of a call that was cancelled; told once. */
  #told(how: 'stopped' | 'answered' | 'untold'): void {
    if (!this.#watching) return;
    this.extra().watching = false;
    this.owner.cancelTold(how);
  }

  #toldBy(text: string): void {
    const how = cancelOutcome(text);
    if (how !== undefined) this.#told(how);
  }

  #toldByEnd(): void {
    if (this.#bodyKind !== 'stream') this.#toldBy(this.#bodyString());
    // The stream ended without an answer: the server has let go of the call.
    this.#told(this.#bodyKind === 'stream' ? 'stopped' : 'untold');
    this.#letGo();
  }

  /** The answer is here; the connection is used again if the body ends within the grace. */
  #endAnswered(nowMs: number): void {
    this.#end(nowMs);
    this.owner.deadlines.add(this, STREAM_GRACE_MS, nowMs);
    this.owner.deliverSoon(this);
  }

  #tooLarge(text: string): void {
    // A cancelled call that is still looked at has had its end.
    if (!this.ended) {
      this.fault = 'answer-too-large';
      this.errorText = text;
      this.#end(this.owner.clock.now());
    }
    this.#closeWire();
  }

  #endOnWire(nowMs: number): void {
    if (this.httpStatus >= 300) this.#readText();
    this.#end(nowMs);
    this.owner.ended(this);
    this.#closeWire();
  }

  #end(nowMs: number): void {
    if (!this.#watching) {
      this.#letGo();
      this.#reader = undefined;
      this.#decoder?.close();
    }
    const outcome = this.conclude(nowMs);
    this.path.session?.callEnded(outcome, outcome !== 'ok' && meansLostSession(this, outcome));
  }

  get sessionServed(): boolean {
    return this.path.session?.served === true;
  }

  /** The head of an answer that may be one: its content type says how it is read. */
  #readHead(headers: Buffer[]): void {
    const bytes = rawHeaderBytes(headers, 'content-type');
    if (bytes !== undefined && beginsWith(bytes, 'application/json')) {
      this.#bodyKind = 'json';
      return;
    }
    const type = rawHeader(headers, 'content-type');
    if (type.startsWith('application/json')) this.#bodyKind = 'json';
    else if (type.startsWith('text/event-stream')) this.#bodyKind = 'stream';
    else {
      this.#bodyKind = 'text';
      this.fault = 'malformed';
      this.errorText = type === '' ? 'an answer without content type' : `content type ${type}`;
    }
  }

  /** The head of an answer with a status of 300 and more. */
  #readErrorHead(headers: Buffer[]): void {
    const retryAfter = rawHeader(headers, 'retry-after');
    if (retryAfter !== '') this.retryAfterMs = retryAfterMs(retryAfter, this.owner.clock.wallMs());
    if (this.httpStatus === 403) this.insufficientScope = rawHeader(headers, 'www-authenticate').includes('insufficient_scope');
    this.errorText = `HTTP ${this.httpStatus}`;
    if (this.httpStatus < 400) this.errorText += ` to ${rawHeader(headers, 'location')}`;
    this.#bodyKind = 'text';
  }

  #keep(chunk: Buffer): void {
    if (this.#chunk === undefined) this.#chunk = chunk;
    else if (this.#chunks === undefined) this.#chunks = [this.#chunk, chunk];
    else this.#chunks.push(chunk);
  }

  #letGo(): void {
    this.#chunk = undefined;
    this.#chunks = undefined;
  }

  #bodyString(): string {
    const body = this.#chunks === undefined ? this.#chunk : Buffer.concat(this.#chunks);
    return body === undefined ? '' : body.toString('utf8');
  }

  /** The body is no answer: its start is kept, and the JSON-RPC error that it may hold. */
  #readText(): void {
    const text = this.#bodyString();
    this.bodyText = looksCoded(text) ?? text.slice(0, ERROR_BODY_BYTES);
    if (this.httpStatus >= 300) readErrorBody(this.bodyText, this);
    else if (this.bodyText !== '') this.bodyText = `${this.errorText}: ${this.bodyText}`;
  }

  /** The body is one JSON-RPC message. */
  #readJson(): void {
    const text = this.#bodyString();
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.#malformed(error, text);
      return;
    }
    this.read(message, text);
  }

  #malformed(error: unknown, text: string): void {
    this.fault = 'malformed';
    this.errorText = jsonFault(text, error);
  }
}
