import type { SessionCounts } from '../../journal/session-counts.js';
import type { CallStart } from '../driver.js';

/** One call as bytes for a client of another kind, with what it takes to read its answer. */
export interface MadeRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** @param body whole, of an answer with status 200 @returns its result; undefined where it is no valid answer, or an error */
  resultIn(body: string): Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes the requests of calls as the driver does, sessions and all, and leaves it to others to send them. For targets with one URL, no
 * tenants and no replies to the server. What becomes of a call is not known here: a session that is lost stays lost.
 */
export interface RequestMaker {
  /** As a driver opens. @throws PlimsollError (exit code 6) */
  open(sessions: number): Promise<unknown>;
  /** @param caller keeps to one session, shared with others where there are fewer sessions than callers */
  make(caller: number, call: CallStart): MadeRequest;
  counters(): { readonly sessions: SessionCounts };
  close(): Promise<void>;
}
