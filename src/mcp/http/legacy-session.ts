import type { Dispatcher } from 'undici';
import type { OutcomeClass } from '../../scenario/outcome.js';
import type { WireCall } from '../call/wire-call.js';
import type { Era } from '../era.js';
import { KeptSession, type SessionKeeper } from '../session/session-keeper.js';
import type { ConnectionPool } from './connection-pool.js';

/** Where the call came from and on what it goes. */
export interface CallPath {
  readonly endpoint: number;
  readonly era: Era;
  readonly pool: ConnectionPool;
  readonly session: LegacySession | undefined;
}

/** One session as a handshake left it, with what its calls need prepared. A session that is opened again is a new object. */
export class LegacySession extends KeptSession {
  /** Absent: the server keeps no sessions. */
  readonly id: string | undefined;
  /** Flat header list of its calls; the last value is the request id, written anew for each call. */
  readonly headers: string[];
  readonly options: Dispatcher.DispatchOptions;
  readonly path: CallPath;
  readonly keeper: SessionKeeper<LegacySession>;
  /** The call that was started last, where requests of the server may come beside the calls. */
  latest: WireCall | undefined = undefined;

  constructor(
    keeper: SessionKeeper<LegacySession>,
    id: string | undefined,
    headers: string[],
    urlPath: string,
    path: Omit<CallPath, 'session'>,
  ) {
    super();
    this.keeper = keeper;
    this.id = id;
    this.headers = headers;
    this.options = { path: urlPath, method: 'POST', headers };
    this.path = { ...path, session: this };
  }

  /** What a message of it that is no call has. */
  get messageHeaders(): string[] {
    return this.headers.slice(0, -2);
  }

  /** One of its calls is over; `gone`: it was told that the session is gone. */
  callEnded(outcome: OutcomeClass, gone: boolean): void {
    this.inFlight--;
    this.keeper.callEnded(this, outcome, gone);
  }
}
