/** An answer as far as it can say that a session is not known any more. */
export interface SessionAnswer {
  readonly httpStatus: number;
  /** Code of the JSON-RPC error, if there is one. */
  readonly rpcCode: number | undefined;
  readonly rpcMessage: string;
  /** Start of the body of an HTTP error. */
  readonly bodyText: string;
  /** The JSON-RPC error came with the id null, or without one. */
  readonly withoutId?: boolean;
}

/** What servers of the official SDKs say to a session that was opened with another process. */
const NOT_INITIALIZED = /session|server not initiali[sz]ed/i;
const BEFORE_INITIALIZATION = /before initiali[sz]ation was complete/i;

/**
 * Whether an answer to a message with a session id says plainly that the session is gone: 404, 410, or 400 whose text speaks of the session.
 * A 404 or 410 that says `method not found` speaks of something else.
 */
export function saysSessionIsGone({ httpStatus, rpcCode, rpcMessage, bodyText }: SessionAnswer): boolean {
  if (httpStatus === 404 || httpStatus === 410) return rpcCode !== -32601;
  if (httpStatus !== 400 || decidesAlone(rpcCode) || rpcCode === -32602) return false;
  return NOT_INITIALIZED.test(rpcMessage !== '' ? rpcMessage : bodyText);
}

/**
 * Answers with status 200 that mean the same where the session has served before: -32600 with the id null (the server did not look at the
 * request at all), and what a server says whose session never began. On a session that has served nothing they speak of the request.
 */
export function hintsThatSessionIsGone({ httpStatus, rpcCode, rpcMessage, withoutId }: SessionAnswer): boolean {
  if (rpcCode === undefined || httpStatus >= 300) return false;
  return (rpcCode === -32600 && withoutId === true) || BEFORE_INITIALIZATION.test(rpcMessage);
}

/** JSON-RPC codes that say more than the HTTP status they come with. */
export function decidesAlone(code: number | undefined): boolean {
  return code === -32601 || code === -32020 || code === -32021 || code === -32022;
}
