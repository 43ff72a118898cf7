import { WireFailure } from '../call/wire-failure.js';
import { isObject } from '../protocol/rpc-answer.js';
import type { ControlClient } from './control-client.js';
import { legacyHeaders } from './request-headers.js';

export interface HandshakeReplayOptions {
  /** Revision that the first handshake came to. */
  readonly version: string;
  /** The server gave a session id. */
  readonly stateful: boolean;
  /** Bodies of the first handshake as they were sent. */
  readonly initialize: string;
  readonly initialized: string;
}

/**
 * What the first handshake of a caller came to. The SDK client makes that one and judges it; all others repeat its bytes without the SDK,
 * which costs a fraction, and must come to the same.
 */
export class HandshakeReplay {
  readonly version: string;
  readonly stateful: boolean;
  readonly #initialize: string;
  readonly #initialized: string;
  readonly #id: unknown;

  constructor({ version, stateful, initialize, initialized }: HandshakeReplayOptions) {
    this.version = version;
    this.stateful = stateful;
    this.#initialize = initialize;
    this.#initialized = initialized;
    this.#id = (JSON.parse(initialize) as { readonly id?: unknown }).id;
  }

  /**
   * `initialize` and `notifications/initialized` once more. Resolves to the id of the new session.
   * @param onGiven told of an id as soon as the server has given it
   * @throws WireFailure
   */
  async repeat(
    channel: ControlClient,
    baseHeaders: readonly string[],
    timeoutMs: number,
    onGiven: (sessionId: string) => void,
  ): Promise<string> {
    let answer: unknown;
    let reply: { readonly sessionId: string | undefined };
    try {
      reply = await channel.send({
        method: 'POST',
        headers: legacyHeaders(baseHeaders, undefined, undefined),
        body: this.#initialize,
        timeoutMs,
        onMessage: (message) => {
          // What has a method is no answer yet: notifications may come before it.
          if (isObject(message) && message.method !== undefined) return false;
          answer = message;
          return true;
        },
      });
    } catch (error) {
      throw unlikeTheFirst(error);
    }
    const { sessionId } = reply;
    const givenMs = performance.now();
    if (sessionId !== undefined) onGiven(sessionId);
    this.#check(answer);
    if (sessionId === undefined) throw new WireFailure('disagreed', 'it gave no session id, and the first one got one');
    try {
      await channel.send({
        method: 'POST',
        headers: legacyHeaders(baseHeaders, this.version, sessionId),
        body: this.#initialized,
        timeoutMs,
      });
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      throw error.of({ method: 'notifications/initialized', sessionAgeMs: performance.now() - givenMs });
    }
    return sessionId;
  }

  #check(answer: unknown): void {
    const wrong = (what: string): WireFailure => new WireFailure('disagreed', what);
    if (!isObject(answer) || answer.jsonrpc !== '2.0') throw wrong('an answer that is no JSON-RPC message');
    const { id, error, result } = answer;
    if (isObject(error)) throw new WireFailure('refused', `${String(error.code)} ${String(error.message ?? '')}`.trim());
    if (id !== this.#id && id !== String(this.#id))
      throw wrong(`an answer with the id ${shortly(id)} to the request with the id ${shortly(this.#id)}`);
    if (!isObject(result)) throw wrong('an answer without result and error');
    if (result.protocolVersion !== this.version)
      throw wrong(`it names the revision ${shortly(result.protocolVersion)}, and the first one agreed on ${this.version}`);
    if (!isObject(result.capabilities) || !isObject(result.serverInfo))
      throw wrong('a result without capabilities or serverInfo');
  }
}

/** An answer that cannot be read, where one could be read before, is another server's or a fault's: the address is right. */
function unlikeTheFirst(error: unknown): unknown {
  if (!(error instanceof WireFailure) || (error.kind !== 'malformed' && error.kind !== 'content-type')) return error;
  return new WireFailure('disagreed', error.message, error.details);
}

function shortly(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, 60);
}
