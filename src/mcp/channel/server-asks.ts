import type { ClientReplies } from '../call/client-replies.js';
import type { Clock, TimerHandle } from '../call/clock.js';
import type { WireCall } from '../call/wire-call.js';
import { askCount, askRefusal } from '../protocol/ask-in-vain.js';

/** Replies of one session that may wait for their delay; a server that asks for more has them left out, and counted. */
const MOST_WAITING = 1000;
const LONGEST_ID = 256;

export interface ServerAsksParts {
  readonly clock: Clock;
  /** Absent: the scenario has no client side. */
  readonly replies: ClientReplies | undefined;
  /** The call that is alone in flight on the session; `several`: it cannot be told which. */
  readonly only: () => WireCall | 'several' | undefined;
  /** The tool of all calls in flight on the session; empty when they are of several, or none is. */
  readonly tool: () => string;
  /** Sends a reply that a call waits for. @returns false when it was left out */
  readonly reply: (text: string) => boolean;
  /** Sends a message that nothing waits for. @returns false when it was left out */
  readonly tell: (text: string) => boolean;
  readonly warn: (name: string) => void;
}

/**
 * Answers what a legacy server asks its client on a message channel. A request there does not say for which call it is: where one alone is in
 * flight on the session it can be no other, and the wait is set apart as ours; with several it stays in the times of the server, which a note tells.
 */
export class ServerAsks {
  readonly #parts: ServerAsksParts;
  readonly #waiting = new Map<string | number, TimerHandle | undefined>();

  constructor(parts: ServerAsksParts) {
    this.#parts = parts;
  }

  on(method: unknown, id: unknown, params: unknown): void {
    const { replies, only, warn } = this.#parts;
    if ((typeof id !== 'string' || id.length > LONGEST_ID) && typeof id !== 'number') {
      // No answer could be matched to it.
      warn('server-request-malformed');
      return;
    }
    if (method === 'ping') {
      this.#tell({ id, result: {} });
      return;
    }
    const reply = replies?.to(method);
    const unfit = replies?.unfit(method, params);
    if (reply === undefined || unfit !== undefined) {
      const ask = { method, unfit };
      const alone = only();
      if (alone !== 'several') alone?.askedInVain(ask);
      warn(askCount(ask, this.#parts.tool()));
      this.#tell({ id, error: askRefusal(ask) });
    } else if (this.#waiting.has(id)) {
      // One answer will be there for both; two could not be told apart.
      warn('server-request-id-repeated');
    } else if (this.#waiting.size >= MOST_WAITING) warn('server-request-left-out');
    else {
      const alone = only();
      if (alone === 'several') warn('server-request-of-no-single-call');
      const call = alone === 'several' ? undefined : alone;
      call?.waitForUs();
      this.#waiting.set(id, undefined);
      const send = (): void => {
        this.#waiting.delete(id);
        call?.answeredByUs();
        if (!this.#parts.reply(message({ id, result: reply.result }))) warn('server-request-left-out');
      };
      if (reply.delayMs <= 0) send();
      else this.#waiting.set(id, this.#parts.clock.setTimer(send, reply.delayMs));
    }
  }

  /** Nothing is answered any more. */
  close(): void {
    for (const timer of this.#waiting.values()) if (timer !== undefined) this.#parts.clock.clearTimer(timer);
    this.#waiting.clear();
  }

  #tell(content: Readonly<Record<string, unknown>>): void {
    if (!this.#parts.tell(message(content))) this.#parts.warn('server-request-left-out');
  }
}

const message = (content: Readonly<Record<string, unknown>>): string => JSON.stringify({ jsonrpc: '2.0', ...content });
