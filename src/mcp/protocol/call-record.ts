import type { OtherRequest } from '../../scenario/call.js';
import type { Era } from '../era.js';

/** Which result a request has; `any`: an object. */
export type AnswerKind = 'tool' | OtherRequest['kind'] | 'any';

/** What went wrong on the wire or in the form of the answer, before anything that the answer says is weighed. */
export type WireFault =
  | 'none'
  | 'unsendable'
  | 'connect-failed'
  | 'connection-reset'
  | 'truncated'
  | 'stream-lost'
  | 'crash'
  | 'malformed'
  | 'answer-too-large'
  | 'protocol-violation'
  | 'schema'
  | 'empty-result'
  | 'unsupported-interaction';

/** How we ended the call ourselves, if we did. */
export type LocalEnd = 'none' | 'cancelled' | 'unfinished' | 'timeout';

/** What happened to one call, as seen on the wire. The classifier reads this and nothing else. */
export interface CallRecord {
  readonly era: Era;
  readonly local: LocalEnd;
  readonly fault: WireFault;
  /** 0 while no status line has arrived. */
  readonly httpStatus: number;
  /** The request carried a session id. */
  readonly sessionSent: boolean;
  /** A call on that session has succeeded before. */
  readonly sessionServed?: boolean;
  /** 403 whose challenge says `error="insufficient_scope"`. */
  readonly insufficientScope: boolean;
  /** Absent: a tool. */
  readonly kind?: AnswerKind;
  /** Code of the JSON-RPC error that the peer sent. */
  readonly rpcCode: number | undefined;
  readonly rpcMessage: string;
  /** That error came with the id null, or without one. */
  readonly withoutId?: boolean;
  /** Start of a body that is no answer (an HTTP error, a wrong content type). */
  readonly bodyText: string;
  /** The result says `isError: true`. */
  readonly isError: boolean;
  /** Joined text content of a result with `isError`. */
  readonly toolErrorText: string;
}
