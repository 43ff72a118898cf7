import type { WireFault } from './call-record.js';

/** Which fault an error of undici or of the socket is, by how far the request had come. */
export function faultOfSocketError(error: Error, sent: boolean, headersSeen: boolean, streaming: boolean): WireFault {
  const code = errorCode(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'answer-too-large';
  if (!sent) return 'connect-failed';
  if (isNotHttp(error) || /^bad (response|upgrade)$/.test(error.message)) return 'malformed';
  if (!headersSeen) return 'connection-reset';
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
