import { type RpcMessage, SdkTransport, type SdkTransportOptions } from '../call/sdk-transport.js';
import type { FailedMessage, WireFailure } from '../call/wire-failure.js';
import type { MessageSession } from './message-session.js';

/** Carries the SDK client's handshake over a session. */
export class MessageTransport extends SdkTransport {
  readonly #session: MessageSession;
  readonly #timeoutMs: number;
  readonly #madeMs = performance.now();

  constructor(session: MessageSession, options: SdkTransportOptions) {
    super(options);
    this.#session = session;
    this.#timeoutMs = options.timeoutMs;
  }

  protected async ask({ id }: RpcMessage, text: string): Promise<unknown> {
    return { ...(await this.#session.ask(Number(id), text, this.#timeoutMs)), id };
  }

  protected tell(_message: RpcMessage, text: string): Promise<void> {
    return this.#session.channel.notify(text);
  }

  /** The channel is the session; a bare 404 may as well mean an address that a proxy has changed. */
  protected sent({ method = '' }: RpcMessage, { details: { bodyText = '' } }: WireFailure): FailedMessage {
    return /session/i.test(bodyText) ? { method, sessionAgeMs: performance.now() - this.#madeMs } : { method };
  }
}
