import type { PeerTransport, RpcMessage } from '../call/peer-transport.js';
import { type FailedMessage, WireFailure } from '../call/wire-failure.js';
import type { Era } from '../protocol/call-record.js';
import { modernMeta } from '../protocol/modern-envelope.js';
import { isObject } from '../protocol/rpc-answer.js';
import type { MessageSession } from './message-session.js';

export interface MessageTransportOptions {
  readonly session: MessageSession;
  readonly era: Era;
  readonly timeoutMs: number;
  readonly clientInfo: { readonly name: string; readonly version: string };
  /** Legacy: the revision to offer instead of the SDK's newest. */
  readonly offer?: string;
}

/**
 * Carries the SDK client's handshake over a session. A request that fails is answered with a synthetic JSON-RPC error whose `data` is the
 * WireFailure: rejecting out of `send` would leave the SDK's handler of that request behind for ever.
 */
export class MessageTransport implements PeerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  /** Modern: a constant, which makes the SDK client skip `initialize`. */
  sessionId?: string;
  protocolVersion: string | undefined;
  readonly #options: MessageTransportOptions;
  readonly #madeMs = performance.now();

  constructor(options: MessageTransportOptions) {
    this.#options = options;
    if (options.era === 'modern') this.sessionId = 'none';
  }

  async start(): Promise<void> {}

  /** Leaves the session as it is: the calls go on there. */
  async close(): Promise<void> {
    this.onclose?.();
  }

  setProtocolVersion(version: string): void {
    this.protocolVersion = version;
  }

  async send(message: RpcMessage): Promise<void> {
    const { session, era, timeoutMs } = this.#options;
    const text = JSON.stringify(this.#dressed(message));
    if (message.method === undefined || typeof message.id !== 'number') {
      if (era === 'legacy')
        await session.channel.notify(text).catch((error: unknown) => {
          throw error instanceof WireFailure ? error.of(this.#sent(message, error)) : error;
        });
      return;
    }
    const { id } = message;
    let answer: unknown;
    try {
      const got = await session.ask(id, text, timeoutMs);
      answer = { ...got, id };
    } catch (error) {
      const failure =
        error instanceof WireFailure ? error.of(this.#sent(message, error)) : new WireFailure('reset', String(error));
      answer = { jsonrpc: '2.0', id, error: { code: -32099, message: failure.message, data: failure } };
    }
    this.onmessage?.(answer as never);
  }

  /** The channel is the session; a bare 404 may as well mean an address that a proxy has changed. */
  #sent({ method = '' }: RpcMessage, { details: { bodyText = '' } }: WireFailure): FailedMessage {
    return /session/i.test(bodyText) ? { method, sessionAgeMs: performance.now() - this.#madeMs } : { method };
  }

  #dressed(message: RpcMessage): RpcMessage {
    const { era, offer, clientInfo } = this.#options;
    if (era === 'modern') {
      const meta = message.params?._meta;
      return { ...message, params: { ...message.params, _meta: { ...(isObject(meta) ? meta : {}), ...modernMeta(clientInfo) } } };
    }
    if (offer !== undefined && message.method === 'initialize')
      return { ...message, params: { ...message.params, protocolVersion: offer } };
    return message;
  }
}
