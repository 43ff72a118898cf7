import type { ClientReplies, DueReply } from '../call/client-replies.js';
import type { Clock } from '../call/clock.js';
import type { WireCall } from '../call/wire-call.js';
import { askCount, askRefusal } from '../protocol/ask-in-vain.js';
import type { ControlMessages, Notified } from './control-messages.js';
import type { HttpCall } from './http-call.js';
import type { LegacySession } from './legacy-session.js';

/** A request of the server beside the calls. */
export interface StreamRequest {
  readonly method: string;
  readonly id: unknown;
  readonly params: unknown;
}

/** The endpoint that a request came from. */
export interface Asking extends Notified {
  reply(message: Readonly<Record<string, unknown>>, session: LegacySession | undefined): Promise<void>;
}

export interface ServerRequestsOptions {
  readonly clock: Clock;
  /** Absent: the scenario answers nothing. */
  readonly replies: ClientReplies | undefined;
  readonly endpoints: readonly Asking[];
  readonly messages: ControlMessages;
  /** The streams of the sessions are held in the load; else they are only looked at, and what comes on them is not answered. */
  readonly held: boolean;
  readonly closed: () => boolean;
  readonly warn: (name: string) => void;
}

/** Legacy: what servers ask their client, answered from the scenario or refused. */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  /** A request on the stream of a call. */
  ofCall(call: HttpCall, method: unknown, id: unknown, params: unknown): void {
    const { replies, endpoints, messages, warn } = this.#options;
    const endpoint = endpoints[call.path.endpoint]!;
    const reply = replies?.to(method);
    const aside = (message: Readonly<Record<string, unknown>>): void =>
      messages.send(endpoint, call.path.session, { id, ...message }, 'server-request-left-out');
    const unfit = replies?.unfit(method, params);
    if (reply !== undefined && unfit === undefined) this.#reply(call, call.path.endpoint, call.path.session, id, reply);
    else if (method === 'ping') aside({ result: {} });
    else {
      const ask = { method, unfit };
      call.askedInVain(ask);
      warn(askCount(ask, call.tool));
      aside({ error: askRefusal(ask) });
    }
  }

  /**
   * A request beside the calls. It does not say which call waits for it: where one alone is under way on the session it can be no other,
   * else the wait is nobody's and stays in the times of the server, which a note tells.
   */
  ofStream(index: number, session: LegacySession | undefined, { method, id, params }: StreamRequest): void {
    const { clock, replies, endpoints, messages, held, closed, warn } = this.#options;
    const reply = method === 'ping' ? { result: {}, delayMs: 0 } : replies?.to(method);
    const call = session?.latest;
    const alone = call !== undefined && !call.over && session?.inFlight === 1 ? call : undefined;
    const unfit = replies?.unfit(method, params);
    if (reply === undefined || unfit !== undefined || (!held && method !== 'ping')) {
      const ask = { method, unfit, notHeld: !held };
      alone?.askedInVain(ask);
      warn(askCount(ask, alone?.tool ?? ''));
      // Where the run holds no stream nobody hears it, and nobody answers.
      if (held) messages.send(endpoints[index]!, session, { id, error: askRefusal(ask) }, 'server-request-left-out');
    } else if (method !== 'ping' && alone !== undefined) this.#reply(alone, index, session, id, reply);
    else {
      // Where none is under way it is nobody's time.
      if (method !== 'ping' && session?.inFlight !== 0) warn('server-request-of-no-single-call');
      clock
        .setTimer(() => {
          if (closed()) return;
          endpoints[index]!.reply({ id, result: reply.result }, session).catch(() => warn('reply-to-server-failed'));
        }, reply.delayMs)
        .unref?.();
    }
  }

  /** Answers after the delay of the reply; the time until then is ours. */
  #reply(call: WireCall, index: number, session: LegacySession | undefined, id: unknown, { result, delayMs }: DueReply): void {
    const { clock, endpoints, closed, warn } = this.#options;
    call.waitForUs();
    const send = (): void => {
      if (call.over || closed()) return;
      call.answeredByUs();
      endpoints[index]!.reply({ id, result }, session).catch(() => warn('reply-to-server-failed'));
    };
    if (delayMs > 0) clock.setTimer(send, delayMs).unref?.();
    else send();
  }
}
