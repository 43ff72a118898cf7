import { type AskInVain, askCount, askRefusal } from '../protocol/ask-in-vain.js';
import type { ClientReplies } from './client-replies.js';
import type { Clock, TimerHandle } from './clock.js';
import type { WireCall } from './wire-call.js';

/** What a server asks of its client. */
export interface ServerRequest {
  readonly method: unknown;
  readonly id: unknown;
  readonly params: unknown;
}

/** Where requests of a server come from: the stream of a call, that of a session, or a channel. An id means one request there. */
export interface AskingPlace {
  /** The call that waits for the reply; `several`: it cannot be told which; undefined: none does. */
  call(): WireCall | 'several' | undefined;
  /** The tool that asks; empty where it cannot be told. */
  tool(): string;
  /** The place is only looked at: all but a ping is counted, and left without an answer. */
  readonly notHeld?: boolean;
  /** No reply is wanted there any more. @param waiting the call that it was for, where that can be told */
  over(waiting: WireCall | undefined): boolean;
  /** Sends a reply that a call waits for. */
  reply(message: Readonly<Record<string, unknown>>): void;
  /** Sends a message that nothing waits for. */
  tell(message: Readonly<Record<string, unknown>>): void;
}

export interface ServerRequestHandlerParts {
  readonly clock: Clock;
  /** Absent: the scenario answers nothing. */
  readonly replies: ClientReplies | undefined;
  readonly warn: (name: string) => void;
}

/** Replies of one place that may wait for their delay; a server that asks for more has them left out, and counted. */
const MOST_WAITING = 1000;
const LONGEST_ID = 256;

/**
 * Answers what a legacy server asks its client at one place: from the scenario after the delay of the reply, or with a refusal. Where the
 * call that waits can be told, that delay is set apart as ours; else it stays in the times of the server, which a note tells.
 */
export class ServerRequestHandler {
  readonly #parts: ServerRequestHandlerParts;
  readonly #place: AskingPlace;
  readonly #waiting = new Map<string | number, TimerHandle | undefined>();

  constructor(parts: ServerRequestHandlerParts, place: AskingPlace) {
    this.#parts = parts;
    this.#place = place;
  }

  on({ method, id, params }: ServerRequest): void {
    const { replies, warn } = this.#parts;
    const { notHeld = false, tell } = this.#place;
    if ((typeof id !== 'string' || id.length > LONGEST_ID) && typeof id !== 'number') {
      // No answer could be matched to it.
      warn('server-request-malformed');
      return;
    }
    if (method === 'ping') {
      tell({ id, result: {} });
      return;
    }
    const reply = replies?.to(method);
    const unfit = replies?.unfit(method, params);
    if (reply === undefined || unfit !== undefined || notHeld) this.#refuse(id, { method, unfit, notHeld });
    else if (this.#waiting.has(id)) {
      // One answer will be there for both; two could not be told apart.
      warn('server-request-id-repeated');
    } else if (this.#waiting.size >= MOST_WAITING) warn('server-request-left-out');
    else this.#replyTo(id, reply.result, reply.delayMs);
  }

  /** Nothing is answered any more. */
  close(): void {
    for (const timer of this.#waiting.values()) if (timer !== undefined) this.#parts.clock.clearTimer(timer);
    this.#waiting.clear();
  }

  #refuse(id: string | number, ask: AskInVain): void {
    const { call, tool, tell } = this.#place;
    const waiting = call();
    if (waiting !== 'several') waiting?.askedInVain(ask);
    this.#parts.warn(askCount(ask, tool()));
    // Where the run holds no stream nobody hears it, and nobody answers.
    if (ask.notHeld !== true) tell({ id, error: askRefusal(ask) });
  }

  #replyTo(id: string | number, result: unknown, delayMs: number): void {
    const { clock, warn } = this.#parts;
    const { call, over, reply } = this.#place;
    const waiting = call();
    if (waiting === 'several') warn('server-request-of-no-single-call');
    const alone = waiting === 'several' ? undefined : waiting;
    alone?.waitForUs();
    this.#waiting.set(id, undefined);
    const send = (): void => {
      this.#waiting.delete(id);
      if (over(alone)) return;
      alone?.answeredByUs();
      reply({ id, result });
    };
    if (delayMs <= 0) {
      send();
      return;
    }
    const timer = clock.setTimer(send, delayMs);
    timer.unref?.();
    this.#waiting.set(id, timer);
  }
}
