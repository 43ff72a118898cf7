import type { RefusalHeaders } from './refusal-hint.js';

/** Value of a header in undici's flat list of bytes, in lower case for `content-type`; empty when it is not there. `name`: in lower case. */
export function rawHeader(headers: readonly Buffer[], name: string): string {
  const value = rawHeaderBytes(headers, name)?.toString('latin1') ?? '';
  return name === 'content-type' ? value.trimStart().toLowerCase() : value;
}

/** The bytes of that value; undefined when it is not there. Makes no strings: this runs for every call. */
export function rawHeaderBytes(headers: readonly Buffer[], name: string): Buffer | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const key = headers[i]!;
    if (key.length === name.length && beginsWith(key, name)) return headers[i + 1];
  }
  return undefined;
}

/** Whether bytes begin with a text that is in lower case, whatever the case of their letters. */
export function beginsWith(bytes: Buffer, text: string): boolean {
  if (bytes.length < text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte) !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Headers of a refusal that say what to change; those that are not there are left out. */
export function refusalHeaders(headers: readonly Buffer[]): RefusalHeaders {
  const named = [
    ['location', 'location'],
    ['challenge', 'www-authenticate'],
    ['allow', 'allow'],
    ['retryAfter', 'retry-after'],
    ['upgrade', 'upgrade'],
  ] as const;
  return Object.fromEntries(named.map(([key, name]) => [key, rawHeader(headers, name)]).filter(([, value]) => value !== ''));
}
