import type { OutcomeClass } from '../../scenario/outcome.js';
import { TEXT_LIMIT, WireCall, type WireOwner } from '../call/wire-call.js';
import type { CallAnswer } from '../driver.js';
import type { Era } from '../era.js';
import type { AnswerKind, WireFault } from '../protocol/call-record.js';
import { readErrorBody } from '../protocol/rpc-answer.js';
import type { ChannelLoss, MessageRefusal } from './message-channel.js';

/** What a call needs of the session that it is on. */
export interface CallSession {
  readonly era: Era;
  readonly served: boolean;
  /** The call is over. */
  callEnded(call: MessageCall, outcome: OutcomeClass): void;
}

/** One `tools/call` among others on a message channel. */
export class MessageCall extends WireCall {
  readonly #session: CallSession;

  constructor(
    owner: WireOwner,
    session: CallSession,
    id: number,
    kind: AnswerKind,
    wantResult: boolean,
    bytesSent: number,
    done: (answer: CallAnswer) => void,
  ) {
    super(owner, session.era, id, kind, true, wantResult, bytesSent, done);
    this.#session = session;
  }

  get sessionServed(): boolean {
    return this.#session.served;
  }

  /** Its answer is here. */
  answered(message: unknown, text: string, bytes: number, firstMs: number, nowMs: number): void {
    this.bytesReceived = bytes;
    this.firstByteMs = firstMs;
    this.read(message, text);
    this.#end(nowMs);
    this.deliver();
  }

  /** What came for it is no answer. */
  spoiled(fault: WireFault, text: string, bytes: number, firstMs: number, nowMs: number): void {
    this.bytesReceived = bytes;
    this.firstByteMs = firstMs;
    this.fault = fault;
    this.errorText = text.slice(0, 2 * TEXT_LIMIT);
    this.#end(nowMs);
    this.deliver();
  }

  /** Its message was not taken. */
  refused(refusal: MessageRefusal): void {
    this.fault = refusal.fault;
    this.httpStatus = refusal.httpStatus;
    this.bodyText = refusal.bodyText;
    this.insufficientScope = refusal.insufficientScope;
    this.retryAfterMs = refusal.retryAfterMs;
    this.errorText = refusal.text;
    if (refusal.httpStatus >= 300) readErrorBody(refusal.bodyText, this);
    this.#endSoon();
  }

  /** The channel is gone; `never`: it was gone already when the call was started. */
  lost(loss: ChannelLoss, never = false): void {
    this.fault = never ? 'connect-failed' : loss.fault;
    this.errorText = loss.text;
    this.#endSoon();
  }

  /**
   * Ends the call early; does nothing once it has ended.
   * @param watch the session listens a little longer for what became of the call
   */
  cancel(outcome: 'cancelled' | 'unfinished', watch = false): void {
    if (this.ended) return;
    this.local = outcome;
    if (watch && outcome === 'cancelled') this.extra().watching = true;
    this.#endSoon();
  }

  /** Cancelled, and what becomes of it is to be told. */
  get watched(): boolean {
    return this.extras?.watching === true;
  }

  expire(): void {
    this.local = 'timeout';
    this.#endSoon();
  }

  #endSoon(): void {
    this.#end(this.owner.clock.now());
    this.owner.deliverSoon(this);
  }

  #end(nowMs: number): void {
    const outcome = this.conclude(nowMs);
    this.#session.callEnded(this, outcome);
  }
}
