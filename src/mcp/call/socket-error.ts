import type { WireFault } from '../protocol/call-record.js';

/** Errors of attempts to connect. What else ends a request that was not written yet is the end of a connection that stood. */
const NEVER_CONNECTED = new WeakSet<Error>();

/** Remembers that an error is that of an attempt to connect. */
export function noteNeverConnected(error: Error): void {
  NEVER_CONNECTED.add(error);
}

/** Whether an error is that of an attempt to connect. */
export function isNeverConnected(error: unknown): boolean {
  return error instanceof Error && NEVER_CONNECTED.has(error);
}

/** A connection that stood was reset. */
export function isResetOfConnection(error: unknown): boolean {
  return !isNeverConnected(error) && /^(ECONNRESET|EPIPE)$/.test(errorCode(error));
}

/** Which fault an error of undici or of the socket is, by how far the request had come. */
export function faultOfSocketError(error: Error, sent: boolean, headersSeen: boolean, streaming: boolean): WireFault {
  const code = errorCode(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'answer-too-large';
  if (isNeverConnected(error)) return 'connect-failed';
  if (isRefusedByOurClient(error)) return 'unsendable';
  if (isNotHttp(error) || /^bad (response|upgrade)$/.test(error.message)) return 'malformed';
  if (!sent || !headersSeen) return 'connection-reset';
  return streaming ? 'stream-lost' : 'truncated';
}

/** The `code` of an error, or that of the first error inside it (`localhost` is tried over IPv6 and IPv4, and both failures come in one). */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return errorCode(error.errors[0]);
  return '';
}

/** The peer's bytes are no HTTP. An answer that merely broke off (`EOF`) is none of these. */
export function isNotHttp(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError' && !error.message.includes('EOF');
}

/** Codes of our own HTTP client (undici) and of Node for what we asked of them, whatever any server does. */
const OF_OUR_CLIENT =
  /^(UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH|INVALID_RETURN_VALUE)|ERR_(INVALID_|OUT_OF_RANGE|ASSERTION|HTTP_INVALID|UNESCAPED)|ERR_HTTP_)/;

/** Our own HTTP client would not make the request: nothing was sent, and the server has no part in it. */
export function isRefusedByOurClient(error: unknown): boolean {
  if (OF_OUR_CLIENT.test(errorCode(error))) return true;
  return (error instanceof TypeError || error instanceof RangeError) && errorCode(error) === '';
}
