/**
 * Milliseconds to wait by a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3). A date in the past is 0.
 * Seconds with a fraction, which the RFC does not know and servers send, are taken as they are.
 * @returns undefined when the value is neither.
 */
export function retryAfterMs(value: string, wallMs: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,9}(?:\.\d*)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - wallMs);
}
