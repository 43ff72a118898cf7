import type { Era } from '../era.js';
import { modernMeta } from '../protocol/modern-envelope.js';
import { isObject } from '../protocol/rpc-answer.js';
import { type FailedMessage, WireFailure } from './wire-failure.js';

/** A JSON-RPC message as the SDK hands it over, seen loosely. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface SdkTransportOptions {
  readonly era: Era;
  /** For each request. */
  readonly timeoutMs: number;
  readonly clientInfo: { readonly name: string; readonly version: string };
  /** Legacy: the revision to offer instead of the SDK's newest. */
  readonly offer?: string;
}

/**
 * Carries the messages of the SDK client. Implements the SDK's `Transport` by shape, so that what extends it needs no import of the SDK.
 * A request that fails is answered with a synthetic JSON-RPC error whose `data` is the WireFailure: rejecting out of `send` would leave the
 * SDK's handler of that request behind for ever.
 */
export abstract class SdkTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  /** Modern: a constant, which makes the SDK client skip `initialize`. */
  sessionId?: string;
  /** Negotiated version, once the SDK client has told it. */
  protocolVersion: string | undefined;
  readonly #options: SdkTransportOptions;

  constructor(options: SdkTransportOptions) {
    this.#options = options;
    if (options.era === 'modern') this.sessionId = 'none';
  }

  async start(): Promise<void> {}

  /** Leaves what carries it as it is: the calls go on there. */
  async close(): Promise<void> {
    this.onclose?.();
  }

  setProtocolVersion(version: string): void {
    this.protocolVersion = version;
  }

  async send(message: RpcMessage): Promise<void> {
    const text = JSON.stringify(this.#dressed(message));
    const isRequest = message.method !== undefined && message.id !== undefined;
    if (!isRequest) {
      if (this.#options.era === 'legacy')
        await this.tell(message, text).catch((error) => Promise.reject(this.#failed(message, error)));
      return;
    }
    const answer = await this.ask(message, text).catch((error: unknown) => {
      const failure = this.#failed(message, error);
      return { jsonrpc: '2.0', id: message.id, error: { code: -32099, message: failure.message, data: failure } };
    });
    // Handed over last: the SDK client sends its next message at once, and that needs the session id.
    this.onmessage?.(answer as never);
  }

  /** Sends a request. @returns its answer, under its id; @throws WireFailure without one */
  protected abstract ask(message: RpcMessage, text: string): Promise<unknown>;

  /** Sends a notification. @throws WireFailure */
  protected abstract tell(message: RpcMessage, text: string): Promise<void>;

  /** What a failure says of the message that it befell. */
  protected abstract sent(message: RpcMessage, failure: WireFailure): FailedMessage;

  #failed(message: RpcMessage, error: unknown): WireFailure {
    const failure = error instanceof WireFailure ? error : new WireFailure('reset', String(error));
    return failure.of(this.sent(message, failure));
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
