import { meansLostSession } from './classify.js';
import { ERROR_BODY_BYTES } from './http-answer.js';
import { HttpPost } from './http-post.js';
import { rawHeader } from './raw-headers.js';
import { isObject } from './rpc-answer.js';
import { errorCode, faultOfSocketError } from './socket-error.js';
import { SseReader, type SseSink } from './sse-reader.js';
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
/** How long the stream of a cancelled call is looked at. */
const CANCEL_WATCH_MS = 1000;

/** One `tools/call` over Streamable HTTP, from its POST to its one end. */
export class HttpCall extends HttpPost implements SseSink {
  #reader: SseReader | undefined = undefined;
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
    this.local = 'timeout';
    this.#endOnWire(nowMs);
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200 || (this.ended && !this.#watching)) return true;
    if (this.#watching) {
      this.bodyKind = rawHeader(headers, 'content-type').startsWith('text/event-stream') ? 'stream' : 'json';
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
    } else if (status < 300) this.readHead(headers);
    else this.readErrorHead(headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytesReceived += chunk.length;
    if (this.ended && !this.#watching) return true;
    if (this.bytesReceived > this.owner.limits.answerBytes) {
      this.#tooLarge(`answer larger than ${this.owner.limits.answerBytes} bytes`);
      return true;
    }
    if (this.bodyKind === 'stream') {
      this.#reader ??= new SseReader(this, this.owner.limits.sseLineLength);
      this.#reader.push(chunk);
      return true;
    }
    if (this.firstByteMs < 0) this.firstByteMs = this.owner.clock.now();
    this.keep(chunk);
    if (this.bodyKind === 'text' && this.bytesReceived >= ERROR_BODY_BYTES) {
      if (!this.ended) {
        this.readText();
        this.#end(this.owner.clock.now());
      }
      this.closeWire();
    }
    return true;
  }

  onComplete(): void {
    // Before the answer is handed over, so that the next call can use this connection at once.
    this.release();
    if (this.ended) {
      if (this.#watching) this.#toldByEnd();
      this.owner.deadlines.remove(this);
      this.deliver();
      return;
    }
    const nowMs = this.owner.clock.now();
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
    if (this.era !== 'legacy' || from === undefined || from === '' || this.#resumes >= MOST_RESUMES) return false;
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
    this.release();
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
    if (code === 'EMFILE' || code === 'ENFILE') this.owner.warn('out-of-descriptors');
    if (this.httpStatus >= 300) {
      // The status is an answer, though its body broke off.
      this.fault = 'none';
      this.readText();
    }
    this.#end(this.owner.clock.now());
    this.deliver();
  }

  onEvent(data: string): boolean {
    if (this.#watching) {
      this.#toldBy(data);
      return true;
    }
    const nowMs = this.owner.clock.now();
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
    }
    const outcome = this.conclude(nowMs);
    this.path.session?.callEnded(outcome, outcome !== 'ok' && meansLostSession(this, outcome));
  }
}
