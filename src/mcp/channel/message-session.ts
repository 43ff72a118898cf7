import type { OutcomeClass } from '../../scenario/outcome.js';
import { givenLatencyText } from '../../text/figure-text.js';
import type { ClientReplies } from '../call/client-replies.js';
import type { TimerHandle } from '../call/clock.js';
import { ServerRequestHandler } from '../call/server-request-handler.js';
import type { WireOwner } from '../call/wire-call.js';
import { WireFailure } from '../call/wire-failure.js';
import type { Era } from '../era.js';
import { meansLostSession } from '../protocol/classify.js';
import { envelopeViolation, isObject } from '../protocol/rpc-answer.js';
import { KeptSession, type SessionKeeper } from '../session/session-keeper.js';
import { AbandonedCalls } from './abandoned-calls.js';
import type { MessageCall } from './message-call.js';
import type { ChannelListener, ChannelLoss, MessageChannel, MessageRefusal } from './message-channel.js';
import { numberOf, type ReadMessage, UnmatchedMessages } from './unmatched-messages.js';

/** Ids below belong to the handshake; a session must not use an id twice. */
export const FIRST_CALL_ID = 2000;

const VIOLATION_LENGTH = 200;

interface Asked {
  resolve(message: Readonly<Record<string, unknown>>): void;
  reject(failure: WireFailure): void;
}

export interface MessageSessionOptions {
  readonly channel: MessageChannel;
  readonly owner: WireOwner;
  readonly keeper: () => SessionKeeper<MessageSession>;
  /** What the server's requests are answered with. */
  readonly replies: ClientReplies | undefined;
  /** Whether this driver has used the id for a call. */
  readonly issued: (id: number) => boolean;
  /** Told when the channel is gone. */
  readonly onLost: (session: MessageSession) => void;
  /** Told of each message that is no answer. */
  readonly onAside: () => void;
}

/** One session: a channel with the calls in flight on it, matched by their ids. */
export class MessageSession extends KeptSession implements ChannelListener {
  readonly id: string;
  readonly channel: MessageChannel;
  era: Era = 'legacy';
  /** `performance.now()` at which it could take its first call. */
  readyMs = Number.NaN;
  readonly #options: MessageSessionOptions;
  readonly #calls = new Map<number, MessageCall>();
  readonly #asked = new Map<number, Asked>();
  readonly #abandoned: AbandonedCalls;
  readonly #unmatched: UnmatchedMessages;
  readonly #requests: ServerRequestHandler;
  #loss: ChannelLoss | undefined;
  #violation: string | undefined;
  #closed = false;

  constructor(options: MessageSessionOptions) {
    super();
    const { channel, owner, replies, issued } = options;
    this.#options = options;
    this.channel = channel;
    this.id = channel.name;
    this.#abandoned = new AbandonedCalls(owner);
    this.#unmatched = new UnmatchedMessages(owner, this.#calls, this.#abandoned, issued);
    const warn = (name: string): void => owner.warn(name);
    const sent = (taken: boolean): void => {
      if (!taken) warn('server-request-left-out');
    };
    // A request does not say for which call it is: where one alone is in flight it can be no other.
    this.#requests = new ServerRequestHandler(
      { clock: owner.clock, replies, warn },
      {
        call: () => (this.#calls.size > 1 ? 'several' : this.#unmatched.only()),
        tool: () => this.#toolInFlight(),
        over: () => false,
        reply: (message) => sent(channel.reply(messageText(message))),
        tell: (message) => sent(channel.tell(messageText(message))),
      },
    );
  }

  /** What was wrong with the first thing that came in place of an answer while the handshake waited. */
  get violation(): string | undefined {
    return this.#violation;
  }

  /** Start of the first thing that the server sent and that is no JSON. */
  get noise(): string | undefined {
    return this.#unmatched.noise;
  }

  /**
   * A request of the handshake. @throws WireFailure without an answer; a JSON-RPC error is an answer.
   * @param timeoutMs absent: as long as it takes
   */
  ask(id: number, text: string, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>> {
    if (this.#loss !== undefined) return Promise.reject(new WireFailure('reset', this.#loss.text));
    if (this.#closed) return Promise.reject(closedFailure());
    const { clock } = this.#options.owner;
    return new Promise((resolve, reject) => {
      const timer: TimerHandle | undefined =
        timeoutMs === undefined
          ? undefined
          : clock.setTimer(
              () => end(new WireFailure('timeout', `no answer within ${givenLatencyText(timeoutMs * 1000)}`)),
              timeoutMs,
            );
      const end = (result: WireFailure | Readonly<Record<string, unknown>>): void => {
        if (timer !== undefined) clock.clearTimer(timer);
        this.#asked.delete(id);
        if (result instanceof WireFailure) reject(result);
        else resolve(result);
      };
      this.#asked.set(id, { resolve: end, reject: end });
      this.channel.send(id, text);
    });
  }

  /** Puts a call on the channel; it is in flight from now on. */
  start(call: MessageCall, text: string, timeoutMs: number, requestId: string): void {
    const { owner } = this.#options;
    this.#calls.set(call.id, call);
    if (this.#loss !== undefined) {
      call.lost({ ...this.#loss, text: `the session is not there: ${this.#loss.text}` }, true);
      return;
    }
    owner.deadlines.add(call, timeoutMs, owner.clock.now());
    this.channel.send(call.id, text, requestId);
  }

  /** The call is over, however it ended. */
  callEnded(call: MessageCall, outcome: OutcomeClass): void {
    const { owner, keeper } = this.#options;
    this.#calls.delete(call.id);
    this.inFlight--;
    const answered = call.local === 'none';
    const seen = this.#loss === undefined && this.channel.callEnded(call.id, answered);
    if (seen && !answered) {
      this.#abandoned.add(call.id, call.watched);
      const cancel = { method: 'notifications/cancelled', params: { requestId: call.id, reason: call.local } };
      if (!this.channel.tell(messageText(cancel))) owner.warn('cancel-notification-left-out');
    } else if (call.watched) owner.cancelTold('untold');
    const gone = outcome !== 'ok' && meansLostSession(call, outcome);
    if (gone) this.onLost({ fault: 'stream-lost', text: 'the server does not know the session any more' });
    keeper().callEnded(this, outcome, gone);
  }

  onMessage(text: string, bytes: number, firstMs: number, nowMs: number): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#unmatched.unreadable({ text, bytes, firstMs, nowMs });
      return;
    }
    if (!isObject(message)) {
      if (this.#asked.size > 0) this.#violation ??= `${envelopeViolation(message, 0)}: ${text.slice(0, VIOLATION_LENGTH)}`;
      this.#unmatched.strange(message, { text, bytes, firstMs, nowMs });
      return;
    }
    const { method } = message;
    const id = typeof message.id === 'number' ? message.id : numberOf(message.id);
    const isAnswer = method === undefined || message.result !== undefined || message.error !== undefined;
    if (typeof id === 'number') {
      const call = this.#calls.get(id);
      if (call !== undefined && isAnswer) {
        call.answered(message, text, bytes, firstMs, nowMs);
        return;
      }
    }
    if (!isAnswer) this.#aside(message);
    else if (this.#asked.size > 0) this.#answered(message, id, { text, bytes, firstMs, nowMs });
    else if (id === undefined || id === null) this.#unmatched.strange(message, { text, bytes, firstMs, nowMs });
    else this.#unmatched.foreign(message, { text, bytes, firstMs, nowMs });
  }

  /** What came while the handshake waits. What is wrong with it is told should nothing else come: a log line may be JSON too. */
  #answered(message: Readonly<Record<string, unknown>>, id: unknown, read: ReadMessage): void {
    const open = [...this.#asked.keys()];
    // An error to what the server could not read names no request; it answers what was asked first.
    const meant = open.find((each) => each === id) ?? open[0]!;
    // A refusal is one whatever its id says, where it can be of one question alone.
    const refusal = open.length === 1 && isObject(message.error);
    const violation = envelopeViolation(refusal ? { ...message, id: meant } : message, meant);
    if (violation === undefined) {
      if (typeof message.id === 'string') this.#options.owner.warn('answer-id-as-text');
      this.#asked.get(meant)?.resolve(message);
      return;
    }
    const told = `${violation}: ${read.text.slice(0, VIOLATION_LENGTH)}`;
    this.#violation ??= told;
    // An answer that breaks its form can only be meant for what alone was asked.
    const isMessage = message.jsonrpc === '2.0' && (message.result !== undefined || message.error !== undefined);
    if (isMessage && (open.length === 1 || id === meant)) this.#asked.get(meant)?.reject(new WireFailure('malformed', told));
    else if (id === undefined || id === null) this.#unmatched.strange(message, read);
    else this.#unmatched.foreign(message, read);
  }

  onRefused(id: number, refusal: MessageRefusal): void {
    const asked = this.#asked.get(id);
    if (asked === undefined) {
      this.#calls.get(id)?.refused(refusal);
      return;
    }
    const { httpStatus: status, bodyText, text } = refusal;
    asked.reject(status >= 300 ? new WireFailure('status', text, { status, bodyText }) : new WireFailure('reset', text));
  }

  onLost(loss: ChannelLoss): void {
    if (this.#loss !== undefined) return;
    this.#loss = loss;
    for (const asked of [...this.#asked.values()]) asked.reject(new WireFailure('reset', loss.text));
    for (const call of [...this.#calls.values()]) call.lost(loss);
    this.#quiet();
    this.#options.onLost(this);
  }

  /** Takes back every call in flight; what stands then is closed. */
  cancelAll(): void {
    for (const call of [...this.#calls.values()]) call.cancel('cancelled');
  }

  /** Ends the session, and what carries it. */
  async close(): Promise<void> {
    this.#closed = true;
    // A channel that we close tells of no loss: what was asked on it would wait for its time limit.
    for (const asked of [...this.#asked.values()]) asked.reject(closedFailure());
    this.#quiet();
    await this.channel.close();
  }

  #quiet(): void {
    this.#requests.close();
    this.#abandoned.close();
  }

  #toolInFlight(): string {
    const tools = new Set([...this.#calls.values()].map(({ tool }) => tool));
    const [tool = ''] = tools;
    return tools.size === 1 ? tool : '';
  }

  /** A notification, or a request of the server, which there is none of in 2026-07-28. */
  #aside({ id, method, params }: Readonly<Record<string, unknown>>): void {
    this.#options.onAside();
    if (id !== undefined) {
      if (this.era === 'legacy') this.#requests.on({ method, id, params });
      else this.#options.owner.warn('server-request-ignored');
    } else if (method === 'notifications/progress' && isObject(params) && typeof params.progressToken === 'number')
      this.#calls.get(params.progressToken)?.progressed();
  }
}

const closedFailure = (): WireFailure => new WireFailure('closed', 'the driver is closed');

const messageText = (content: Readonly<Record<string, unknown>>): string => JSON.stringify({ jsonrpc: '2.0', ...content });
