/** What an answer says about asking again. Names of headers in lower case. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Wait after a 429 that names none. */
const UNNAMED_WAIT_MS = 5000;

/**
 * How long to wait before the same request is made again, milliseconds; undefined where the answer is no rate limit. GitHub limits with 403 or 429
 * and `Retry-After`, or with `x-ratelimit-remaining: 0` and the time at which that ends. A 403 without either is a refusal. Pure.
 * @param nowMs time of the day (Unix epoch)
 */
export function retryWaitMs({ status, headers }: Refusal, nowMs: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = headers['retry-after'];
  if (after !== undefined && after.trim() !== '') {
    // Seconds, or a date (RFC 9110, 10.2.3).
    const until = /^\s*\d+\s*$/.test(after) ? nowMs + Number(after) * 1000 : Date.parse(after);
    if (Number.isFinite(until)) return Math.max(0, until - nowMs);
  }
  const resetS = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  if (headers['x-ratelimit-remaining']?.trim() === '0' && Number.isFinite(resetS)) return Math.max(0, resetS * 1000 - nowMs);
  return status === 429 ? UNNAMED_WAIT_MS : undefined;
}
