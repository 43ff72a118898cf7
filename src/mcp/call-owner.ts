import type { Era } from './call-record.js';
import type { CompiledRule } from './classify.js';
import type { Clock } from './clock.js';
import type { ConnectionPool } from './connection-pool.js';
import type { DeadlineQueue } from './deadline-queue.js';
import type { DriverLimits } from './driver-options.js';
import type { HttpCall } from './http-call.js';
import type { LegacySession } from './legacy-session.js';

/** What a call needs of its driver. */
export interface CallOwner {
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  /** Calls `deliver` on the call as soon as the sockets have been read. */
  deliverSoon(call: HttpCall): void;
  /** A call that we ended on the wire; a legacy server is told. */
  ended(call: HttpCall): void;
  /** A message on the stream that is no answer: a notification (no id) or a request of the server. */
  serverMessage(call: HttpCall, method: unknown, id: unknown): void;
  /** A legacy server closed the stream of a call that it has not answered yet: asks for the rest of it from an event on, after a pause. */
  resume(call: HttpCall, lastEventId: string, afterMs: number): void;
  /** How the server told what became of a call that was cancelled. */
  cancelTold(how: 'stopped' | 'answered' | 'untold'): void;
  /** Takes secrets out of a text of the server's. */
  redact(text: string): string;
  warn(name: string): void;
}

/** Where the call came from and on what it goes. */
export interface CallPath {
  readonly endpoint: number;
  readonly era: Era;
  readonly pool: ConnectionPool;
  readonly session: LegacySession | undefined;
}
