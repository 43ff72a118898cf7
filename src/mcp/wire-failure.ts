/** Why a request of the handshake (never a timed call) got no usable answer. */
export type FailureKind =
  | 'connect'
  | 'reset'
  | 'timeout'
  | 'not-http'
  | 'status'
  | 'content-type'
  | 'malformed'
  | 'no-answer'
  | 'too-large'
  /** A handshake was answered with a JSON-RPC error. */
  | 'refused'
  /** A handshake came to something else than the first of its caller. */
  | 'disagreed'
  | 'closed';

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
      readonly location?: string;
    } = {},
  ) {
    super(message);
  }
}
