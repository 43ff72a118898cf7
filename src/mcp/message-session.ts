import type { Era } from './call-record.js';
import { isSessionLost } from './classify.js';
import type { ClientReplies } from './client-replies.js';
import type { TimerHandle } from './clock.js';
import { GivenUpCalls } from './given-up-calls.js';
import type { MessageCall } from './message-call.js';
import type { ChannelListener, ChannelLoss, MessageChannel, MessageRefusal } from './message-channel.js';
import { isObject } from './rpc-answer.js';
import { ServerAsks } from './server-asks.js';
import type { KeptSession, SessionKeeper } from './session-keeper.js';
import type { WireOwner } from './wire-call.js';
import { WireFailure } from './wire-failure.js';

/** Ids below belong to the handshake; a session must not use an id twice. */
export const FIRST_CALL_ID = 2000;
const NOISE_LENGTH = 200;

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
export class MessageSession implements KeptSession, ChannelListener {
  readonly id: string;
  readonly channel: MessageChannel;
  era: Era = 'legacy';
  inFlight = 0;
  calls = 0;
  lost = false;
  replacing = false;
  retired = false;
  /** `performance.now()` at which it could take its first call. */
  readyMs = Number.NaN;
  /** Start of the first thing that the server sent and that is no JSON, while the handshake went on. */
  noise: string | undefined;
  readonly #options: MessageSessionOptions;
  readonly #calls = new Map<number, MessageCall>();
  readonly #asked = new Map<number, Asked>();
  readonly #givenUp: GivenUpCalls;
  readonly #asks: ServerAsks;
  #loss: ChannelLoss | undefined;

  constructor(options: MessageSessionOptions) {
    const { channel, owner, replies } = options;
    this.#options = options;
    this.channel = channel;
    this.id = channel.name;
    this.#givenUp = new GivenUpCalls(owner);
    this.#asks = new ServerAsks({
      clock: owner.clock,
      replies,
      only: () => (this.#calls.size > 1 ? 'several' : this.#only()),
      reply: (text) => channel.reply(text),
      tell: (text) => channel.tell(text),
      warn: (name) => owner.warn(name),
    });
  }

  /** A request of the handshake. @throws WireFailure without an answer; a JSON-RPC error is an answer. */
  ask(id: number, text: string, timeoutMs: number): Promise<Readonly<Record<string, unknown>>> {
    if (this.#loss !== undefined) return Promise.reject(new WireFailure('reset', this.#loss.text));
    const { clock } = this.#options.owner;
    return new Promise((resolve, reject) => {
      const timer: TimerHandle = clock.setTimer(
        () => end(new WireFailure('timeout', `no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const end = (result: WireFailure | Readonly<Record<string, unknown>>): void => {
        clock.clearTimer(timer);
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
  callEnded(call: MessageCall): void {
    const { owner, keeper } = this.#options;
    this.#calls.delete(call.id);
    this.inFlight--;
    const answered = call.local === 'none';
    const seen = this.#loss === undefined && this.channel.callEnded(call.id, answered);
    if (seen && !answered) {
      this.#givenUp.add(call.id, call.watched);
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: call.id, reason: call.local } };
      if (!this.channel.tell(JSON.stringify(cancel))) owner.warn('cancel-notification-left-out');
    } else if (call.watched) owner.cancelTold('untold');
    // A site rule may give the call another class; the session is lost all the same.
    if (call.httpStatus >= 400 && isSessionLost(call))
      this.onLost({ fault: 'stream-lost', text: 'the server does not know the session any more' });
    if (this.retired && this.inFlight === 0) keeper().drained(this);
  }

  onMessage(text: string, bytes: number, firstMs: number, nowMs: number): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#unreadable(text, bytes, firstMs, nowMs);
      return;
    }
    if (!isObject(message)) {
      this.#strange(message, text, bytes, firstMs, nowMs);
      return;
    }
    const { id, method } = message;
    if (typeof id === 'number') {
      const call = this.#calls.get(id);
      if (call !== undefined && (method === undefined || message.result !== undefined || message.error !== undefined)) {
        call.answered(message, text, bytes, firstMs, nowMs);
        return;
      }
    }
    if (method !== undefined && message.result === undefined && message.error === undefined) this.#aside(message);
    else if (typeof id === 'number' && id < FIRST_CALL_ID) this.#asked.get(id)?.resolve(message);
    else if (id === undefined || id === null) {
      const [asked] = this.#asked.values();
      if (asked !== undefined && message.error !== undefined) asked.resolve(message);
      else this.#strange(message, text, bytes, firstMs, nowMs);
    } else this.#foreign(message, text, bytes, firstMs, nowMs);
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
    this.#quiet();
    await this.channel.close();
  }

  #quiet(): void {
    this.#asks.close();
    this.#givenUp.close();
  }

  /** A notification, or a request of the server, which there is none of in 2026-07-28. */
  #aside({ id, method, params }: Readonly<Record<string, unknown>>): void {
    this.#options.onAside();
    if (id !== undefined) {
      if (this.era === 'legacy') this.#asks.on(method, id);
    } else if (method === 'notifications/progress' && isObject(params) && typeof params.progressToken === 'number')
      this.#calls.get(params.progressToken)?.progressed();
  }

  /** An answer to nothing that is in flight. */
  #foreign(message: Readonly<Record<string, unknown>>, text: string, bytes: number, firstMs: number, nowMs: number): void {
    const { owner, issued } = this.#options;
    const { id } = message;
    const meant = typeof id === 'string' ? this.#calls.get(Number(id)) : undefined;
    if (meant !== undefined) {
      // Correct but for its type: a call that only a wrong id can be meant for.
      meant.spoiled('protocol-violation', text, bytes, firstMs, nowMs);
      return;
    }
    if (typeof id === 'number' && issued(id)) {
      this.#givenUp.heard(id, message.result === undefined);
      return;
    }
    owner.warn('unknown-id');
    this.#only()?.spoiled('protocol-violation', text, bytes, firstMs, nowMs);
  }

  /** JSON that is no answer by its form: it can only be meant for the call that is alone. */
  #strange(message: unknown, text: string, bytes: number, firstMs: number, nowMs: number): void {
    const only = this.#only();
    if (only !== undefined) only.answered(message, text, bytes, firstMs, nowMs);
    else this.#options.owner.warn('message-without-id');
  }

  /** No JSON. What begins like a message spoils the call that it names, or the one that is alone; the rest is a line printed to the wrong place. */
  #unreadable(text: string, bytes: number, firstMs: number, nowMs: number): void {
    const { owner } = this.#options;
    if (text.trim() === '') return;
    this.noise ??= text.slice(0, NOISE_LENGTH);
    if (!text.trimStart().startsWith('{') || !text.includes('"jsonrpc"')) {
      owner.warn('stdout-pollution');
      return;
    }
    const named = /"id"\s*:\s*(\d{1,16})\s*[,}]/.exec(text.slice(0, 1000))?.[1];
    const call = (named === undefined ? undefined : this.#calls.get(Number(named))) ?? this.#only();
    if (call === undefined) owner.warn('malformed-message');
    else call.spoiled('malformed', `an answer that is not JSON: ${text.slice(0, NOISE_LENGTH)}`, bytes, firstMs, nowMs);
  }

  #only(): MessageCall | undefined {
    if (this.#calls.size !== 1) return undefined;
    const [call] = this.#calls.values();
    return call;
  }
}
