import { codingOf, unknownCodingText } from '../../scenario/file/content-encoding.js';
import { BodyDecoder, type DecodedSink } from '../protocol/body-decoder.js';
import { meansLostSession } from '../protocol/classify.js';
import { rawHeader } from '../protocol/raw-headers.js';
import { isObject } from '../protocol/rpc-answer.js';
import { SseReader, type SseSink } from '../protocol/sse-reader.js';
import { ERROR_BODY_BYTES } from './http-answer.js';
import { type ConnectionTimes, HttpPost } from './http-post.js';
import { eventIdHeader } from './request-headers.js';
import { errorCode, faultOfSocketError } from './socket-error.js';
import { toldOfCancel } from './told-of-cancel.js';

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

/** One `tools/call` over Streamable HTTP, from its POST to its one end. */
export class HttpCall extends HttpPost implements SseSink, DecodedSink {
  #reader: SseReader | undefined = undefined;
  /** Only where the answer is in a coding that nobody asked for. */
  #decoder: BodyDecoder | undefined = undefined;
  /** All of the answer is here, and not all of it is decoded. */
  #decoding = false;
  #bodyBytes = 0;
  /** When that came of which a piece was decoded. */
  #arrivedMs = 0;
  #resumes = 0;

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

  /** Also between two requests for the rest of its stream the server works on it. */
  override get sent(): boolean {
    return this.#resumes > 0 || super.sent;
  }

  get #watching(): boolean {
    return this.extras?.watching === true;
  }

  expire(nowMs: number): void {
    if (this.ended) {
      this.#told('untold');
      // Answered, but its stream stayed open beyond the grace.
      this.closeWire();
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
      this.bodyKind = rawHeader(headers, 'content-type').startsWith('text/event-stream') ? 'stream' : 'json';
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
    if (status < 300) this.readHead(headers);
    else this.readErrorHead(headers);
    this.#readCoding(headers);
    return true;
  }

  #readCoding(headers: Buffer[]): void {
    this.#decoder = undefined;
    const coding = codingOf(rawHeader(headers, 'content-encoding'));
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
      if (this.firstByteMs < 0 && this.bodyKind !== 'stream') this.firstByteMs = nowMs;
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
    if (this.bodyKind === 'stream') {
      this.#reader ??= new SseReader(this, this.owner.limits.sseLineLength);
      this.#reader.push(chunk);
      return;
    }
    if (this.firstByteMs < 0) this.firstByteMs = this.owner.clock.now();
    this.keep(chunk);
    if (this.bodyKind === 'text' && this.#bodyBytes >= ERROR_BODY_BYTES) {
      if (!this.ended) {
        this.readText();
        this.#end(this.owner.clock.now());
      }
      this.closeWire();
    }
  }

  onComplete(): void {
    const nowMs = this.owner.clock.now();
    // Before the answer is handed over, so that the next call can use this connection at once.
    this.release(nowMs);
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
    if (this.bodyKind === 'json') this.readJson();
    else if (this.bodyKind === 'stream') {
      if (this.#resumed()) return;
      this.fault = 'stream-lost';
      this.errorText = 'the event stream ended without an answer';
    } else this.readText();
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
    this.bodyKind = 'none';
    this.owner.resume(this, from, pauseMs);
    return true;
  }

  onError(error: Error): void {
    const { sent } = this;
    const nowMs = this.owner.clock.now();
    const times = this.connectionTimes(nowMs);
    this.release(nowMs);
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
    const streaming = this.bodyKind === 'stream' || this.#resumes > 0;
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
      this.errorText += `, on a connection that had been idle for ${(times.idleMs / 1000).toFixed(1)} s: does the server close idle ones sooner than target.idleTimeout?`;
    }
    if (code === 'EMFILE' || code === 'ENFILE') this.owner.warn('out-of-descriptors');
    if (this.httpStatus >= 300) {
      // The status is an answer, though its body broke off.
      this.fault = 'none';
      this.readText();
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
      this.malformed(error, data);
      this.#end(nowMs);
      this.closeWire();
      return false;
    }
    if (isObject(message) && message.method !== undefined && message.result === undefined && message.error === undefined) {
      this.owner.serverMessage(this, message);
      return true;
    }
    this.readParsed(message, data);
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
    const how = toldOfCancel(text);
    if (how !== undefined) this.#told(how);
  }

  #toldByEnd(): void {
    if (this.bodyKind !== 'stream') this.#toldBy(this.bodyString());
    // The stream ended without an answer: the server has let go of the call.
    this.#told(this.bodyKind === 'stream' ? 'stopped' : 'untold');
    this.letGo();
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
    this.closeWire();
  }

  #endOnWire(nowMs: number): void {
    if (this.httpStatus >= 300) this.readText();
    this.#end(nowMs);
    this.owner.ended(this);
    this.closeWire();
  }

  #end(nowMs: number): void {
    if (!this.#watching) {
      this.letGo();
      this.#reader = undefined;
      this.#decoder?.close();
    }
    const outcome = this.conclude(nowMs);
    this.path.session?.callEnded(outcome, outcome !== 'ok' && meansLostSession(this, outcome));
  }
}
