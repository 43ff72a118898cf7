import { OUTCOMES, type OutcomeClass } from '../../scenario/outcome.js';
import { saidIn } from '../../text/said-in.js';
import type { CallAnswer } from '../driver.js';
import type { Era } from '../era.js';
import { type AskInVain, askText } from '../protocol/ask-in-vain.js';
import type { AnswerKind, CallRecord, LocalEnd, WireFault } from '../protocol/call-record.js';
import { type CompiledRule, classify } from '../protocol/classify.js';
import { type AnswerContent, readAnswer } from '../protocol/rpc-answer.js';
import { CallExtras } from './call-extras.js';
import type { Clock } from './clock.js';
import type { Deadline, DeadlineQueue } from './deadline-queue.js';

/** How much of what a server said about a failure is kept. */
export const TEXT_LIMIT = 300;
/** Requests of the server within one call for which its clock stands still; one that asks more often asks without end, and its call must end. */
const MOST_WAITS = 100;

/** What became of calls that the scenario cancelled, by the names of the notes that tell it. */
export const CANCEL_NOTES = {
  stopped: 'cancelled-work-stopped',
  answered: 'cancelled-but-answered',
  untold: 'cancelled-untold',
} as const;

/** What any call needs of its driver. */
export interface WireOwner {
  readonly clock: Clock;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  /** Calls `deliver` on the call as soon as the sockets have been read. */
  deliverSoon(call: WireCall): void;
  /** How the server told what became of a call that was cancelled. */
  cancelTold(how: 'stopped' | 'answered' | 'untold'): void;
  /** Takes secrets out of a text of the server's. */
  redact(text: string): string;
  warn(name: string): void;
}

/**
 * One request on the wire, whatever carries it: the record for the classifier, the entry in the deadline queue and what becomes the answer in
 * one object, because a load thread makes tens of thousands of them a second.
 */
export abstract class WireCall<Owner extends WireOwner = WireOwner> implements CallRecord, AnswerContent, Deadline {
  // Record.
  readonly era: Era;
  local: LocalEnd = 'none';
  fault: WireFault = 'none';
  httpStatus = 0;
  readonly sessionSent: boolean;
  insufficientScope = false;
  rpcCode: number | undefined = undefined;
  rpcMessage = '';
  withoutId = false;
  bodyText = '';
  isError = false;
  toolErrorText = '';
  result: Readonly<Record<string, unknown>> | undefined = undefined;
  interaction: Readonly<Record<string, unknown>> | undefined = undefined;
  violation = '';
  idIsText = false;
  /** Its name in tables. */
  tool = '';
  // Deadline.
  deadlineMs = 0;
  lane: Deadline['lane'] = undefined;
  earlier: Deadline | undefined = undefined;
  later: Deadline | undefined = undefined;

  readonly id: number;
  readonly kind: AnswerKind;
  protected readonly owner: Owner;
  protected done: ((answer: CallAnswer) => void) | undefined;
  protected answer: CallAnswer | undefined = undefined;
  protected ended = false;
  protected extras: CallExtras | undefined = undefined;
  protected bytesReceived = 0;
  protected firstByteMs = -1;
  protected retryAfterMs: number | undefined = undefined;
  protected errorText = '';
  readonly #wantResult: boolean;
  readonly #bytesSent: number;

  constructor(
    owner: Owner,
    era: Era,
    id: number,
    kind: AnswerKind,
    sessionSent: boolean,
    wantResult: boolean,
    bytesSent: number,
    done: (answer: CallAnswer) => void,
  ) {
    this.owner = owner;
    this.era = era;
    this.id = id;
    this.kind = kind;
    this.sessionSent = sessionSent;
    this.#wantResult = wantResult;
    this.#bytesSent = bytesSent;
    this.done = done;
  }

  /** Nothing more is wanted on the wire. */
  get over(): boolean {
    return this.ended;
  }

  abstract expire(nowMs: number): void;

  /** Hands the answer over, once. */
  deliver(): void {
    const { done, answer } = this;
    if (done === undefined || answer === undefined) return;
    this.done = undefined;
    this.answer = undefined;
    try {
      done(answer);
    } catch (error) {
      // undici would take it for a failure of the request and lose it.
      setImmediate(() => {
        throw error;
      });
    }
  }

  /** The server waits for a reply of ours from now on: its time stands still. */
  waitForUs(): void {
    const extras = this.extra();
    extras.rounds++;
    if (this.ended || extras.rounds > MOST_WAITS) {
      if (extras.rounds === MOST_WAITS + 1) this.owner.warn('server-asks-without-end');
      if (!this.ended && extras.waits > 0) this.#resume(extras);
      extras.waits = 0;
      return;
    }
    if (extras.waits++ > 0) return;
    extras.waitFromMs = this.owner.clock.now();
    extras.leftMs = this.deadlineMs - extras.waitFromMs;
    this.owner.deadlines.remove(this);
  }

  /** The reply is on its way. */
  answeredByUs(): void {
    const extras = this.extra();
    if (this.ended || extras.waits === 0 || --extras.waits > 0) return;
    this.#resume(extras);
  }

  /** The server asked its client for what it did not get; that may be why the call fails. */
  askedInVain(ask: AskInVain): void {
    this.extra().inVain ??= ask;
  }

  /** A progress notification has come. */
  progressed(): void {
    this.extra().progress++;
  }

  /** Reads what came as the answer to this call. `text`: as it came. */
  protected read(message: unknown, text: string): void {
    readAnswer(message, this.id, this.era, this, this.kind);
    if (this.idIsText) this.owner.warn('answer-id-as-text');
    if (this.fault !== 'none') this.errorText = `${this.violation}: ${text.slice(0, TEXT_LIMIT)}`;
  }

  protected extra(): CallExtras {
    this.extras ??= new CallExtras();
    return this.extras;
  }

  /** The call has ended: weighs it and makes its answer, to be handed over by `deliver`. */
  protected conclude(nowMs: number): OutcomeClass {
    this.ended = true;
    this.owner.deadlines.remove(this);
    const { extras } = this;
    if (extras !== undefined && extras.waits > 0) extras.oursMs += nowMs - extras.waitFromMs;
    const outcome = classify(this, this.owner.rules);
    this.answer =
      outcome === 'ok' && !this.#wantResult && extras === undefined ? this.#plainAnswer(nowMs) : this.#fullAnswer(outcome, nowMs);
    return outcome;
  }

  #resume(extras: CallExtras): void {
    const nowMs = this.owner.clock.now();
    extras.oursMs += nowMs - extras.waitFromMs;
    this.owner.deadlines.add(this, Math.max(1, extras.leftMs), nowMs);
  }

  #plainAnswer(endedMs: number): CallAnswer {
    const { firstByteMs, bytesReceived, httpStatus } = this;
    const bytesSent = this.#bytesSent;
    return httpStatus === 0
      ? { outcome: 'ok', answered: true, endedMs, firstByteMs, bytesSent, bytesReceived }
      : { outcome: 'ok', answered: true, endedMs, firstByteMs, bytesSent, bytesReceived, httpStatus };
  }

  #fullAnswer(outcome: OutcomeClass, endedMs: number): CallAnswer {
    const text = outcome === 'ok' ? '' : this.#sampleText();
    return {
      outcome,
      answered: OUTCOMES[outcome].answered,
      endedMs,
      bytesSent: this.#bytesSent,
      bytesReceived: this.bytesReceived,
      ...(this.firstByteMs < 0 ? {} : { firstByteMs: this.firstByteMs }),
      ...(this.httpStatus === 0 ? {} : { httpStatus: this.httpStatus }),
      ...(this.rpcCode === undefined ? {} : { rpcCode: this.rpcCode }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(text === '' ? {} : { text }),
      ...this.extras?.figures(),
      ...(this.interaction === undefined ? {} : { interaction: this.interaction }),
      ...(this.#wantResult && this.result !== undefined && (outcome === 'ok' || outcome === 'tool-error')
        ? { result: this.result }
        : {}),
    };
  }

  #sampleText(): string {
    const said = this.toolErrorText || this.rpcMessage || this.#bodyWords() || this.errorText;
    const inVain = this.extras?.inVain;
    const text = inVain === undefined ? said : `${askText(inVain)}${said === '' ? '' : `; ${said}`}`;
    return this.owner.redact(text.slice(0, 4 * TEXT_LIMIT)).slice(0, TEXT_LIMIT);
  }

  /** Where a redirect leads says more than its page. */
  #bodyWords(): string {
    return this.httpStatus >= 300 && this.httpStatus < 400 ? this.errorText : saidIn(this.bodyText);
  }
}
