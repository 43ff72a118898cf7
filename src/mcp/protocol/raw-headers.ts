import type { RefusalHeaders } from './refusal-hint.js';

/** Value of a header in undici's flat list of bytes, in lower case for `content-type`; empty when it is not there. */
export function rawHeader(headers: readonly Buffer[], name: string): string {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const key = headers[i]!;
    if (key.length === name.length && key.toString('latin1').toLowerCase() === name) {
      const value = headers[i + 1]!.toString('latin1');
      return name === 'content-type' ? value.trimStart().toLowerCase() : value;
    }
  }
  return '';
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
