import type { CallRecord, Era, LocalEnd, WireFault } from './call-record.js';
import { type CompiledRule, classify } from './classify.js';
import type { Clock } from './clock.js';
import type { Deadline, DeadlineQueue } from './deadline-queue.js';
import type { CallAnswer } from './driver.js';
import type { ChannelLoss, MessageRefusal } from './message-channel.js';
import type { MessageSession } from './message-session.js';
import { OUTCOMES } from './outcome.js';
import { type AnswerContent, type AnswerKind, readAnswer, readErrorBody } from './rpc-answer.js';

const TEXT_LIMIT = 300;

/** What a call on a message channel needs of its driver. */
export interface MessageCallOwner {
  readonly clock: Clock;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  /** Calls `deliver` on the call as soon as the sockets have been read. */
  deliverSoon(call: MessageCall): void;
  redact(text: string): string;
  warn(name: string): void;
}

/** One `tools/call` among others on a message channel: the record for the classifier and the entry in the deadline queue in one object. */
export class MessageCall implements CallRecord, AnswerContent, Deadline {
  // Record.
  readonly era: Era;
  local: LocalEnd = 'none';
  fault: WireFault = 'none';
  httpStatus = 0;
  readonly sessionSent = true;
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

  readonly id: number;
  readonly #owner: MessageCallOwner;
  readonly #session: MessageSession;
  readonly #kind: AnswerKind;
  readonly #wantResult: boolean;
  readonly #bytesSent: number;
  readonly #done: (answer: CallAnswer) => void;
  #answer: CallAnswer | undefined = undefined;
  #ended = false;
  #bytesReceived = 0;
  #firstByteMs = -1;
  #retryAfterMs: number | undefined = undefined;
  #errorText = '';

  constructor(
    owner: MessageCallOwner,
    session: MessageSession,
    id: number,
    kind: AnswerKind,
    wantResult: boolean,
    bytesSent: number,
    done: (answer: CallAnswer) => void,
  ) {
    this.#owner = owner;
    this.#session = session;
    this.era = session.era;
    this.id = id;
    this.#kind = kind;
    this.#wantResult = wantResult;
    this.#bytesSent = bytesSent;
    this.#done = done;
  }

  /** Its answer is here. */
  answered(message: unknown, text: string, bytes: number, firstMs: number, nowMs: number): void {
    this.#bytesReceived = bytes;
    this.#firstByteMs = firstMs;
    readAnswer(message, this.id, this.era, this, this.#kind);
    if (this.fault !== 'none') this.#errorText = text.slice(0, TEXT_LIMIT);
    this.#end(nowMs);
    this.deliver();
  }

  /** What came for it is no answer. */
  spoiled(fault: WireFault, text: string, bytes: number, firstMs: number, nowMs: number): void {
    this.#bytesReceived = bytes;
    this.#firstByteMs = firstMs;
    this.fault = fault;
    this.#errorText = text.slice(0, 2 * TEXT_LIMIT);
    this.#end(nowMs);
    this.deliver();
  }

  /** Its message was not taken. */
  refused(refusal: MessageRefusal): void {
    this.fault = refusal.fault;
    this.httpStatus = refusal.httpStatus;
    this.bodyText = refusal.bodyText;
    this.insufficientScope = refusal.insufficientScope;
    this.#retryAfterMs = refusal.retryAfterMs;
    this.#errorText = refusal.text;
    if (refusal.httpStatus >= 300) readErrorBody(refusal.bodyText, this);
    this.#end(this.#owner.clock.now());
    this.#owner.deliverSoon(this);
  }

  /** The channel is gone; `never`: it was gone already when the call was started. */
  lost(loss: ChannelLoss, never = false): void {
    this.fault = never ? 'connect-failed' : loss.fault;
    this.#errorText = loss.text;
    this.#end(this.#owner.clock.now());
    this.#owner.deliverSoon(this);
  }

  /** Ends the call early; does nothing once it has ended. */
  cancel(outcome: 'cancelled' | 'unfinished'): void {
    if (this.#ended) return;
    this.local = outcome;
    this.#end(this.#owner.clock.now());
    this.#owner.deliverSoon(this);
  }

  expire(nowMs: number): void {
    this.local = 'timeout';
    this.#end(nowMs);
    this.#owner.deliverSoon(this);
  }

  /** Hands the answer over, once. */
  deliver(): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    this.#answer = undefined;
    this.#done(answer);
  }

  #end(nowMs: number): void {
    this.#ended = true;
    this.#owner.deadlines.remove(this);
    const outcome = classify(this, this.#owner.rules);
    const text = outcome === 'ok' ? '' : this.#sampleText();
    this.#answer =
      outcome === 'ok' && !this.#wantResult
        ? {
            outcome,
            answered: true,
            endedMs: nowMs,
            firstByteMs: this.#firstByteMs,
            bytesSent: this.#bytesSent,
            bytesReceived: this.#bytesReceived,
          }
        : {
            outcome,
            answered: OUTCOMES[outcome].answered,
            endedMs: nowMs,
            bytesSent: this.#bytesSent,
            bytesReceived: this.#bytesReceived,
            ...(this.#firstByteMs < 0 ? {} : { firstByteMs: this.#firstByteMs }),
            ...(this.httpStatus === 0 ? {} : { httpStatus: this.httpStatus }),
            ...(this.rpcCode === undefined ? {} : { rpcCode: this.rpcCode }),
            ...(this.#retryAfterMs === undefined ? {} : { retryAfterMs: this.#retryAfterMs }),
            ...(text === '' ? {} : { text }),
            ...(this.#wantResult && this.result !== undefined && (outcome === 'ok' || outcome === 'tool-error')
              ? { result: this.result }
              : {}),
          };
    this.#session.callEnded(this);
  }

  #sampleText(): string {
    const text = this.toolErrorText || this.rpcMessage || this.bodyText || this.#errorText;
    return this.#owner.redact(text.slice(0, 4 * TEXT_LIMIT)).slice(0, TEXT_LIMIT);
  }
}
