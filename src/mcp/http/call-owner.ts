import type { Era } from '../call/call-record.js';
import type { WireOwner } from '../call/wire-call.js';
import type { DriverLimits } from '../driver-options.js';
import type { ConnectionPool } from './connection-pool.js';
import type { HttpCall } from './http-call.js';
import type { LegacySession } from './legacy-session.js';

/** What a call over Streamable HTTP needs of its driver. */
export interface CallOwner extends WireOwner {
  readonly limits: DriverLimits;
  /** A call that we ended on the wire; a legacy server is told. */
  ended(call: HttpCall): void;
  /** A message on the stream that is no answer: a notification (no id) or a request of the server. */
  serverMessage(call: HttpCall, message: Readonly<Record<string, unknown>>): void;
  /** A legacy server closed the stream of a call that it has not answered yet: asks for the rest of it from an event on, after a pause. */
  resume(call: HttpCall, lastEventId: string, afterMs: number): void;
}

/** Where the call came from and on what it goes. */
export interface CallPath {
  readonly endpoint: number;
  readonly era: Era;
  readonly pool: ConnectionPool;
  readonly session: LegacySession | undefined;
}
