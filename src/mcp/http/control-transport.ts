import type { PeerTransport, RpcMessage } from '../call/peer-transport.js';
import { type FailedMessage, WireFailure } from '../call/wire-failure.js';
import type { Era } from '../protocol/call-record.js';
import { modernMeta } from '../protocol/modern-envelope.js';
import { envelopeViolation, isObject } from '../protocol/rpc-answer.js';
import { hintsThatSessionIsGone } from '../protocol/session-gone.js';
import type { ControlClient } from './control-client.js';
import { legacyHeaders, modernHeaders } from './request-headers.js';

export interface ControlTransportOptions {
  readonly era: Era;
  readonly channel: ControlClient;
  readonly baseHeaders: readonly string[];
  readonly timeoutMs: number;
  readonly clientInfo: { readonly name: string; readonly version: string };
  readonly capabilities?: Readonly<Record<string, object>>;
  /** Legacy: the revision to offer instead of the SDK's newest. */
  readonly offer?: string;
}

/**
 * Carries the SDK client's messages over the control client. Implements the SDK's `Transport` by shape, so that this file needs no import of it.
 * A request that fails is answered with a synthetic JSON-RPC error whose `data` is the WireFailure: rejecting out of `send` would leave the
 * SDK's handler of that request behind for ever.
 */
export class ControlTransport implements PeerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  /** Legacy: what the server gave. Modern: a constant, which makes the SDK client skip `initialize`. */
  sessionId?: string;
  /** Negotiated version, once the SDK client has told it. */
  protocolVersion: string | undefined;
  /** Legacy: the bodies of the handshake as they went out. */
  readonly sent: { initialize?: string; initialized?: string } = {};
  readonly #options: ControlTransportOptions;
  #givenSession: string | undefined;
  #givenMs = Number.NaN;

  constructor(options: ControlTransportOptions) {
    this.#options = options;
    if (options.era === 'modern') this.sessionId = 'none';
  }

  /** The session id that a legacy server gave. */
  get givenSession(): string | undefined {
    return this.#givenSession;
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {
    this.onclose?.();
  }

  setProtocolVersion(version: string): void {
    this.protocolVersion = version;
  }

  async send(message: RpcMessage): Promise<void> {
    const isRequest = message.method !== undefined && message.id !== undefined;
    if (this.#options.era === 'modern' && !isRequest) return;
    const body = JSON.stringify(this.#dressed(message));
    if (message.method === 'initialize') this.sent.initialize = body;
    else if (message.method === 'notifications/initialized') this.sent.initialized = body;
    let answer: unknown;
    let withoutId = false;
    try {
      const reply = await this.#options.channel.send({
        method: 'POST',
        headers: this.#headers(message),
        body,
        timeoutMs: this.#options.timeoutMs,
        ...(isRequest
          ? {
              onMessage: (got: unknown) => {
                if (!isAnswerTo(got, message.id)) return false;
                withoutId = isObject(got) && got.id === null;
                answer = isObject(got) ? { ...got, id: message.id } : got;
                return true;
              },
            }
          : {}),
      });
      if (!reply.satisfied) throw new WireFailure('no-answer', 'no answer to the request', { status: reply.status });
      if (this.#options.era === 'legacy' && message.method === 'initialize') this.#given(reply.sessionId);
      else if (this.#givenSession !== undefined) refuseUnknownSession(answer, withoutId);
    } catch (error) {
      const failure = (error instanceof WireFailure ? error : new WireFailure('reset', String(error))).of(this.#sent(message));
      if (!isRequest) throw failure;
      answer = { jsonrpc: '2.0', id: message.id, error: { code: -32099, message: failure.message, data: failure } };
    }
    // Handed over last: the SDK client sends its next message at once, and that needs the session id.
    if (isRequest) this.onmessage?.(answer as never);
  }

  #given(sessionId: string | undefined): void {
    this.#givenSession = sessionId;
    this.#givenMs = performance.now();
  }

  #sent({ method = '' }: RpcMessage): FailedMessage {
    return this.#givenSession === undefined || method === 'initialize'
      ? { method }
      : { method, sessionAgeMs: performance.now() - this.#givenMs };
  }

  #headers(message: RpcMessage): readonly string[] {
    const { era, baseHeaders } = this.#options;
    if (era === 'modern') return modernHeaders(baseHeaders, message.method ?? '');
    return legacyHeaders(baseHeaders, message.method === 'initialize' ? undefined : this.protocolVersion, this.#givenSession);
  }

  #dressed(message: RpcMessage): RpcMessage {
    const { era, offer, clientInfo, capabilities } = this.#options;
    if (era === 'modern') {
      const meta = message.params?._meta;
      return {
        ...message,
        params: { ...message.params, _meta: { ...(isObject(meta) ? meta : {}), ...modernMeta(clientInfo, capabilities) } },
      };
    }
    if (offer !== undefined && message.method === 'initialize')
      return { ...message, params: { ...message.params, protocolVersion: offer } };
    return message;
  }
}

/** @throws WireFailure for an answer with status 200 that says that the session is not known, which was given a moment ago. */
function refuseUnknownSession(answer: unknown, withoutId: boolean): void {
  if (!isObject(answer) || !isObject(answer.error)) return;
  const { code, message } = answer.error;
  const rpcCode = typeof code === 'number' ? code : undefined;
  const rpcMessage = typeof message === 'string' ? message : '';
  if (hintsThatSessionIsGone({ httpStatus: 200, rpcCode, rpcMessage, bodyText: '', withoutId }))
    throw new WireFailure('unknown-session', `${String(code)} ${rpcMessage}`.trim());
}

function isAnswerTo(message: unknown, id: RpcMessage['id']): boolean {
  if (isObject(message) && message.method !== undefined) return false;
  // Whatever its id says: a refusal in the answer to this request is of this request.
  const refusal = isObject(message) && isObject(message.error) ? { ...message, id } : message;
  const violation = envelopeViolation(refusal, Number(id));
  if (violation === undefined) return true;
  throw new WireFailure('malformed', violation, { bodyText: JSON.stringify(message) });
}
