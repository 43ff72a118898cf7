import { type RpcMessage, SdkTransport, type SdkTransportOptions } from '../call/sdk-transport.js';
import { type FailedMessage, WireFailure } from '../call/wire-failure.js';
import { envelopeViolation, isObject } from '../protocol/rpc-answer.js';
import { hintsThatSessionIsGone } from '../protocol/session-gone.js';
import type { ControlClient } from './control-client.js';
import type { ControlReply, ControlRequest } from './control-exchange.js';
import { legacyHeaders, modernHeaders } from './request-headers.js';

export interface ControlTransportOptions extends SdkTransportOptions {
  readonly channel: ControlClient;
  readonly baseHeaders: readonly string[];
}

/** Carries the SDK client's messages over the control client. */
export class ControlTransport extends SdkTransport {
  /** Legacy: the bodies of the handshake as they went out. */
  readonly bodies: { initialize?: string; initialized?: string } = {};
  readonly #options: ControlTransportOptions;
  #givenSession: string | undefined;
  #givenMs = Number.NaN;

  constructor(options: ControlTransportOptions) {
    super(options);
    this.#options = options;
  }

  /** The session id that a legacy server gave. */
  get givenSession(): string | undefined {
    return this.#givenSession;
  }

  protected async ask(message: RpcMessage, body: string): Promise<unknown> {
    const { id, method } = message;
    const first = method === 'initialize';
    if (first) this.bodies.initialize = body;
    let answer: unknown;
    let withoutId = false;
    const reply = await this.#send(message, body, (got) => {
      if (!isAnswerTo(got, id)) return false;
      withoutId = isObject(got) && got.id === null;
      answer = isObject(got) ? { ...got, id } : got;
      return true;
    });
    if (this.#options.era === 'legacy' && first) {
      this.#givenSession = reply.sessionId;
      this.#givenMs = performance.now();
    } else if (this.#givenSession !== undefined) refuseUnknownSession(answer, withoutId);
    return answer;
  }

  protected async tell(message: RpcMessage, body: string): Promise<void> {
    if (message.method === 'notifications/initialized') this.bodies.initialized = body;
    await this.#send(message, body);
  }

  protected sent({ method = '' }: RpcMessage): FailedMessage {
    return this.#givenSession === undefined || method === 'initialize'
      ? { method }
      : { method, sessionAgeMs: performance.now() - this.#givenMs };
  }

  async #send(message: RpcMessage, body: string, onMessage?: ControlRequest['onMessage']): Promise<ControlReply> {
    const { channel, timeoutMs } = this.#options;
    const request = { method: 'POST', headers: this.#headers(message), body, timeoutMs } as const;
    const reply = await channel.send(onMessage === undefined ? request : { ...request, onMessage });
    if (!reply.satisfied) throw new WireFailure('no-answer', 'no answer to the request', { status: reply.status });
    return reply;
  }

  #headers({ method = '' }: RpcMessage): readonly string[] {
    const { era, baseHeaders } = this.#options;
    if (era === 'modern') return modernHeaders(baseHeaders, method);
    return legacyHeaders(baseHeaders, method === 'initialize' ? undefined : this.protocolVersion, this.#givenSession);
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
