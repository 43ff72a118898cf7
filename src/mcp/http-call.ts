import type { Dispatcher } from 'undici';
import { CallExtras } from './call-extras.js';
import type { CallOwner, CallPath } from './call-owner.js';
import type { CallRecord, Era, LocalEnd, WireFault } from './call-record.js';
import { classify, isSessionLost } from './classify.js';
import type { Connection } from './connection-pool.js';
import type { Deadline } from './deadline-queue.js';
import type { CallAnswer } from './driver.js';
import { OUTCOMES, type OutcomeClass } from './outcome.js';
import { rawHeader } from './raw-headers.js';
import { retryAfterMs } from './retry-after.js';
import { type AnswerContent, type AnswerKind, isObject, readAnswer, readErrorBody } from './rpc-answer.js';
import { errorCode, faultOfSocketError } from './socket-error.js';
import { SseReader, type SseSink } from './sse-reader.js';

/** How long a stream may stay open after its answer before its connection is closed instead of used again. */
const STREAM_GRACE_MS = 100;
/** How much of a body that is no answer is kept. */
const ERROR_BODY_BYTES = 8 * 1024;
const TEXT_LIMIT = 300;
/** A server may close the stream of one call as often as this, and is asked for the rest each time. */
const MOST_RESUMES = 100;
/** Pause before that where the server names none, and the longest that is kept. */
const RESUME_AFTER_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** How long the stream of a cancelled call is looked at. */
const CANCEL_WATCH_MS = 1000;

type BodyKind = 'none' | 'json' | 'stream' | 'text';

/**
 * One `tools/call` on the wire: undici's handler, the record for the classifier and the entry in the deadline queue in one object, because
 * a load thread makes tens of thousands of them a second. Uses undici's raw handler methods: they pass header bytes as they are
 * and need no wrapper objects (undici is pinned to the exact version).
 */
export class HttpCall implements CallRecord, AnswerContent, Deadline, SseSink, Dispatcher.DispatchHandler {
  // Record.
  readonly era: Era;
  local: LocalEnd = 'none';
  fault: WireFault = 'none';
  httpStatus = 0;
  readonly sessionSent: boolean;
  insufficientScope = false;
  rpcCode: number | undefined = undefined;
  rpcMessage = '';
  bodyText = '';
  isError = false;
  toolErrorText = '';
  result: Readonly<Record<string, unknown>> | undefined = undefined;
  interaction: Readonly<Record<string, unknown>> | undefined = undefined;
  // Deadline.
  deadlineMs = 0;
  lane: Deadline['lane'] = undefined;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;

  readonly path: CallPath;
  readonly id: number;
  readonly kind: AnswerKind;
  readonly sessionId: string | undefined;
  readonly #owner: CallOwner;
  readonly #wantResult: boolean;
  readonly #bytesSent: number;
  #done: ((answer: CallAnswer) => void) | undefined;
  #answer: CallAnswer | undefined = undefined;
  #connection: Connection | undefined = undefined;
  #abort: ((error?: Error) => void) | undefined = undefined;
  #bytesReceived = 0;
  #firstByteMs = -1;
  #endedMs = 0;
  #ended = false;
  #retryAfterMs: number | undefined = undefined;
  #errorText = '';
  #kind: BodyKind = 'none';
  #chunk: Buffer | undefined = undefined;
  #chunks: Buffer[] | undefined = undefined;
  #reader: SseReader | undefined = undefined;
  #resumes = 0;
  #extras: CallExtras | undefined = undefined;

  constructor(
    owner: CallOwner,
    path: CallPath,
    id: number,
    kind: AnswerKind,
    wantResult: boolean,
    bytesSent: number,
    done: (answer: CallAnswer) => void,
  ) {
    this.#owner = owner;
    this.path = path;
    this.era = path.era;
    this.id = id;
    this.kind = kind;
    this.sessionId = path.session?.id;
    this.sessionSent = this.sessionId !== undefined;
    this.#wantResult = wantResult;
    this.#bytesSent = bytesSent;
    this.#done = done;
  }

  /** Puts the request on a connection. `done` is never called before this returns. */
  send(options: Dispatcher.DispatchOptions, timeoutMs: number): void {
    const connection = this.path.pool.acquire();
    this.#connection = connection;
    const done = this.#done;
    this.#done = undefined;
    this.#owner.deadlines.add(this, timeoutMs, this.#owner.clock.now());
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
    this.#done = done;
    if (this.#answer !== undefined) this.#owner.deliverSoon(this);
  }

  /** Nothing more is wanted on the wire. */
  get over(): boolean {
    return this.#ended;
  }

  /** Asks for the rest of the stream of this call; its clock runs on. */
  sendAgain(options: Dispatcher.DispatchOptions): void {
    const connection = this.path.pool.acquire();
    this.#connection = connection;
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The request is on a socket (and not merely waiting for one). */
  get sent(): boolean {
    return this.#abort !== undefined;
  }

  /**
   * Ends the call early; does nothing once it has ended.
   * @param watch a legacy server is told by a notification, and its stream is looked at a little longer for what became of the call
   */
  cancel(outcome: 'cancelled' | 'unfinished', watch = false): void {
    if (this.#ended) return;
    this.local = outcome;
    const nowMs = this.#owner.clock.now();
    if (!watch || outcome !== 'cancelled' || this.era === 'modern' || !this.sent) {
      if (watch && outcome === 'cancelled') this.#owner.cancelTold('untold');
      this.#endOnWire(nowMs);
      return;
    }
    this.#extra().watching = true;
    this.#end(nowMs);
    this.#owner.ended(this);
    this.#owner.deadlines.add(this, CANCEL_WATCH_MS, nowMs);
    this.#owner.deliverSoon(this);
  }

  /** The server waits for a reply of ours from now on: its time stands still. */
  waitForUs(): void {
    const extras = this.#extra();
    extras.rounds++;
    if (this.#ended || extras.waits++ > 0) return;
    extras.waitFromMs = this.#owner.clock.now();
    extras.leftMs = this.deadlineMs - extras.waitFromMs;
    this.#owner.deadlines.remove(this);
  }

  /** The reply is on its way. */
  answeredByUs(): void {
    const extras = this.#extra();
    if (this.#ended || --extras.waits > 0) return;
    const nowMs = this.#owner.clock.now();
    extras.oursMs += nowMs - extras.waitFromMs;
    this.#owner.deadlines.add(this, Math.max(1, extras.leftMs), nowMs);
  }

  /** A progress notification has come. */
  progressed(): void {
    this.#extra().progress++;
  }

  #extra(): CallExtras {
    this.#extras ??= new CallExtras();
    return this.#extras;
  }

  get #watching(): boolean {
    return this.#extras?.watching === true;
  }

  expire(nowMs: number): void {
    if (this.#ended) {
      this.#told('untold');
      // Answered, but its stream stayed open beyond the grace.
      this.#closeWire();
      return;
    }
    this.local = 'timeout';
    this.#endOnWire(nowMs);
  }

  /** Hands the answer over, once. */
  deliver(): void {
    const done = this.#done;
    const answer = this.#answer;
    if (done === undefined || answer === undefined) return;
    this.#done = undefined;
    this.#answer = undefined;
    try {
      done(answer);
    } catch (error) {
      // undici would take it for a failure of the request and lose it.
      setImmediate(() => {
        throw error;
      });
    }
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    const connection = this.#connection;
    if (connection === undefined) abort();
    else if (connection.fresh) connection.fresh = false;
    else this.path.pool.reused++;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200 || (this.#ended && !this.#watching)) return true;
    if (this.#watching) {
      this.#kind = rawHeader(headers, 'content-type').startsWith('text/event-stream') ? 'stream' : 'json';
      return true;
    }
    if (this.#resumes > 0 && status >= 300) {
      // The call was answered with a stream; that the rest of it cannot be had does not make the answer another one.
      this.fault = 'stream-lost';
      this.#errorText = `the event stream ended without an answer, and resuming it was answered with HTTP ${status}`;
      this.#endAnswered(this.#owner.clock.now());
      return true;
    }
    this.httpStatus = status;
    if (status === 202) {
      this.fault = 'protocol-violation';
      this.#errorText = 'HTTP 202 instead of an answer to a request';
      this.#endAnswered(this.#owner.clock.now());
    } else if (status < 300) this.#kind = this.#kindOf(headers);
    else this.#readErrorHeaders(headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#bytesReceived += chunk.length;
    if (this.#ended && !this.#watching) return true;
    if (this.#bytesReceived > this.#owner.limits.answerBytes) {
      this.#tooLarge(`answer larger than ${this.#owner.limits.answerBytes} bytes`);
      return true;
    }
    if (this.#kind === 'stream') {
      this.#reader ??= new SseReader(this, this.#owner.limits.sseLineLength);
      this.#reader.push(chunk);
      return true;
    }
    if (this.#firstByteMs < 0) this.#firstByteMs = this.#owner.clock.now();
    if (this.#chunk === undefined) this.#chunk = chunk;
    else if (this.#chunks === undefined) this.#chunks = [this.#chunk, chunk];
    else this.#chunks.push(chunk);
    if (this.#kind === 'text' && this.#bytesReceived >= ERROR_BODY_BYTES) {
      this.#readText();
      this.#end(this.#owner.clock.now());
      this.#closeWire();
    }
    return true;
  }

  onComplete(): void {
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    // Released before the answer is handed over, so that the next call can use this connection at once.
    if (connection !== undefined) this.path.pool.release(connection);
    if (this.#ended) {
      if (this.#watching) this.#toldByEnd();
      this.#owner.deadlines.remove(this);
      this.deliver();
      return;
    }
    const nowMs = this.#owner.clock.now();
    if (this.#kind === 'json') this.#readJson();
    else if (this.#kind === 'stream') {
      if (this.#resumed()) return;
      this.fault = 'stream-lost';
      this.#errorText = 'the event stream ended without an answer';
    } else this.#readText();
    this.#end(nowMs);
    this.deliver();
  }

  /** A legacy server may end a stream whenever it likes, and give the rest of it to whoever names the last event. A broken one is lost. */
  #resumed(): boolean {
    const from = this.#reader?.lastEventId;
    if (this.era !== 'legacy' || from === undefined || from === '' || this.#resumes >= MOST_RESUMES) return false;
    this.#resumes++;
    const pauseMs = Math.min(this.#reader?.retryMs ?? RESUME_AFTER_MS, LONGEST_PAUSE_MS);
    this.#reader = undefined;
    this.#kind = 'none';
    this.#owner.resume(this, from, pauseMs);
    return true;
  }

  onError(error: Error): void {
    const sent = this.#abort !== undefined;
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.path.pool.release(connection);
    if (this.#ended) {
      this.#told('untold');
      this.#owner.deadlines.remove(this);
      this.deliver();
      return;
    }
    this.fault = faultOfSocketError(error, sent, this.httpStatus !== 0, this.#kind === 'stream');
    // `localhost` is tried over IPv6 and IPv4; the error that holds both failures has no text of its own.
    const code = errorCode(error);
    this.#errorText = error.message || code;
    if (code === 'EMFILE' || code === 'ENFILE') this.#owner.warn('out-of-descriptors');
    if (this.httpStatus >= 300) {
      // The status is an answer, though its body broke off.
      this.fault = 'none';
      this.#readText();
    }
    this.#end(this.#owner.clock.now());
    this.deliver();
  }

  onEvent(data: string): boolean {
    if (this.#watching) {
      this.#toldBy(data);
      return true;
    }
    const nowMs = this.#owner.clock.now();
    if (this.#firstByteMs < 0) this.#firstByteMs = nowMs;
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
      this.#owner.serverMessage(this, message.method, message.id);
      return true;
    }
    readAnswer(message, this.id, this.era, this, this.kind);
    this.#noteForm(data);
    this.#endAnswered(nowMs);
    return false;
  }

  onLineTooLong(): void {
    this.#tooLarge(`a line of the event stream is longer than ${this.#owner.limits.sseLineLength} characters`);
  }

  /** What became of a call that was cancelled; told once. */
  #told(how: 'stopped' | 'answered' | 'untold'): void {
    if (!this.#watching) return;
    this.#extra().watching = false;
    this.#owner.cancelTold(how);
  }

  /** A result means that the work went on to its end; an error, that the server gave it up. */
  #toldBy(text: string): void {
    try {
      const message: unknown = JSON.parse(text);
      if (!isObject(message)) return;
      if (message.result !== undefined) this.#told('answered');
      else if (message.error !== undefined) this.#told('stopped');
    } catch {
      // A priming event, or the rest of one: nothing is told by it.
    }
  }

  #toldByEnd(): void {
    if (this.#kind !== 'stream') this.#toldBy(this.#bodyString());
    // The stream ended without an answer: the server has let go of the call.
    this.#told(this.#kind === 'stream' ? 'stopped' : 'untold');
    this.#chunk = undefined;
    this.#chunks = undefined;
  }

  /** The answer is here; the connection is used again if the body ends within the grace. */
  #endAnswered(nowMs: number): void {
    this.#end(nowMs);
    this.#owner.deadlines.add(this, STREAM_GRACE_MS, nowMs);
    this.#owner.deliverSoon(this);
  }

  #tooLarge(text: string): void {
    this.fault = 'answer-too-large';
    this.#errorText = text;
    this.#end(this.#owner.clock.now());
    this.#closeWire();
  }

  #endOnWire(nowMs: number): void {
    if (this.httpStatus >= 300) this.#readText();
    this.#end(nowMs);
    this.#owner.ended(this);
    this.#closeWire();
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
    if (this.#answer !== undefined) this.#owner.deliverSoon(this);
  }

  #end(nowMs: number): void {
    this.#ended = true;
    this.#endedMs = nowMs;
    this.#owner.deadlines.remove(this);
    const extras = this.#extras;
    if (extras !== undefined && extras.waits > 0) extras.oursMs += nowMs - extras.waitFromMs;
    if (extras === undefined || !extras.watching) {
      this.#chunk = undefined;
      this.#chunks = undefined;
      this.#reader = undefined;
    }
    const outcome = classify(this, this.#owner.rules);
    this.#answer =
      outcome === 'ok' && !this.#wantResult && extras === undefined ? this.#plainAnswer() : this.#fullAnswer(outcome);
    const session = this.path.session;
    if (session !== undefined) {
      session.callEnded(this.sessionSent && this.httpStatus >= 400 && isSessionLost(this));
    }
  }

  #plainAnswer(): CallAnswer {
    return {
      outcome: 'ok',
      answered: true,
      endedMs: this.#endedMs,
      firstByteMs: this.#firstByteMs,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      httpStatus: this.httpStatus,
    };
  }

  #fullAnswer(outcome: OutcomeClass): CallAnswer {
    const text = outcome === 'ok' ? '' : this.#sampleText();
    return {
      outcome,
      answered: OUTCOMES[outcome].answered,
      endedMs: this.#endedMs,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      ...(this.#firstByteMs < 0 ? {} : { firstByteMs: this.#firstByteMs }),
      ...(this.httpStatus === 0 ? {} : { httpStatus: this.httpStatus }),
      ...(this.rpcCode === undefined ? {} : { rpcCode: this.rpcCode }),
      ...(this.#retryAfterMs === undefined ? {} : { retryAfterMs: this.#retryAfterMs }),
      ...(text === '' ? {} : { text }),
      ...(this.#extras === undefined ? {} : extraFigures(this.#extras)),
      ...(this.interaction === undefined ? {} : { interaction: this.interaction }),
      ...(this.#wantResult && this.result !== undefined && (outcome === 'ok' || outcome === 'tool-error')
        ? { result: this.result }
        : {}),
    };
  }

  #sampleText(): string {
    const text = this.toolErrorText || this.rpcMessage || this.bodyText || this.#errorText;
    return this.#owner.redact(text.slice(0, 4 * TEXT_LIMIT)).slice(0, TEXT_LIMIT);
  }

  #kindOf(headers: Buffer[]): BodyKind {
    const type = rawHeader(headers, 'content-type');
    if (type.startsWith('application/json')) return 'json';
    if (type.startsWith('text/event-stream')) return 'stream';
    this.fault = 'malformed';
    this.#errorText = type === '' ? 'an answer without content type' : `content type ${type}`;
    return 'text';
  }

  #readErrorHeaders(headers: Buffer[]): void {
    const retryAfter = rawHeader(headers, 'retry-after');
    if (retryAfter !== '') this.#retryAfterMs = retryAfterMs(retryAfter, this.#owner.clock.wallMs());
    if (this.httpStatus === 403) this.insufficientScope = rawHeader(headers, 'www-authenticate').includes('insufficient_scope');
    this.#errorText = `HTTP ${this.httpStatus}`;
    if (this.httpStatus < 400) this.#errorText += ` to ${rawHeader(headers, 'location')}`;
    this.#kind = 'text';
  }

  #bodyString(): string {
    const body = this.#chunks === undefined ? this.#chunk : Buffer.concat(this.#chunks);
    return body === undefined ? '' : body.toString('utf8');
  }

  #readJson(): void {
    const text = this.#bodyString();
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.#malformed(error, text);
      return;
    }
    readAnswer(message, this.id, this.era, this, this.kind);
    this.#noteForm(text);
  }

  #readText(): void {
    this.bodyText = this.#bodyString().slice(0, ERROR_BODY_BYTES);
    if (this.httpStatus >= 300) readErrorBody(this.bodyText, this);
    else if (this.bodyText !== '') this.bodyText = `${this.#errorText}: ${this.bodyText}`;
  }

  #malformed(error: unknown, text: string): void {
    this.fault = 'malformed';
    this.#errorText =
      text === ''
        ? 'an empty answer'
        : `${error instanceof Error ? error.message : String(error)} in ${text.slice(0, TEXT_LIMIT)}`;
  }

  #noteForm(text: string): void {
    if (this.fault !== 'none') this.#errorText = text.slice(0, TEXT_LIMIT);
  }
}

function extraFigures({ rounds, progress, oursMs }: CallExtras): Pick<CallAnswer, 'rounds' | 'progress' | 'oursMs'> {
  return {
    ...(rounds === 0 ? {} : { rounds }),
    ...(progress === 0 ? {} : { progress }),
    ...(oursMs === 0 ? {} : { oursMs }),
  };
}
