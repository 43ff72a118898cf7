import type { RefusalHeaders } from '../protocol/refusal-hint.js';
import { errorCode, isNeverConnected, isNotHttp, isRefusedByOurClient } from './socket-error.js';

/** Why a request of the handshake (never a timed call) got no usable answer. */
export type FailureKind =
  | 'connect'
  | 'reset'
  /** Our own HTTP client would not make the request. */
  | 'unsendable'
  | 'timeout'
  | 'not-http'
  | 'status'
  | 'content-type'
  | 'malformed'
  | 'no-answer'
  | 'too-large'
  /** A handshake was answered with a JSON-RPC error. */
  | 'refused'
  /** A message was answered, with status 200, as if its session were not known. */
  | 'unknown-session'
  /** A handshake came to something else than the first of its caller. */
  | 'disagreed'
  | 'closed';

/** The message of a handshake that failed. */
export interface FailedMessage {
  /** For instance `notifications/initialized`. */
  readonly method: string;
  /** It carried a session id, which the server had given so many milliseconds before. */
  readonly sessionAgeMs?: number;
}

/** What a failed request of the handshake left to tell. Rides in the `data` of a synthetic JSON-RPC error through the SDK; a peer cannot make one. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure';

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly details: {
      readonly status?: number;
      readonly contentType?: string;
      readonly bodyText?: string;
      readonly code?: string;
      /** Of an answer that refused the request. */
      readonly headers?: RefusalHeaders;
      /** Which message it was, where the step of the opening has several. */
      readonly sent?: FailedMessage;
    } = {},
  ) {
    super(message);
  }

  /** The same, with the message that it was the end of. */
  of(sent: FailedMessage): WireFailure {
    return new WireFailure(this.kind, this.message, { ...this.details, sent });
  }
}

/** What an error of undici or of the socket means for a request of the handshake. */
export function fromSocket(error: unknown): WireFailure {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message || code : String(error);
  if (isNotHttp(error)) return new WireFailure('not-http', message, { code });
  if (isRefusedByOurClient(error)) return new WireFailure('unsendable', message, { code });
  // In the middle of a TLS handshake a peer that hangs up has been reached.
  const connect = isNeverConnected(error) && !/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code);
  return new WireFailure(connect ? 'connect' : 'reset', message, { code });
}
