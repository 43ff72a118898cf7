import { PlimsollError } from '../errors/plimsoll-error.js';

/** Reads a port number of a flag. @throws PlimsollError with exit code 2 */
export function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new PlimsollError(`${flag} ${text}: accepted: a port number, 0 to 65535`, 'usage');
  }
  return port;
}
