/** One-sided 99 % points of Student's t by degrees of freedom B - 2. */
const T99 = { 5: 4.541, 10: 2.896 } as const;
const FEWEST_SECONDS = 8;
/** Share of what the limit allows to be in flight that a rise must reach to matter. */
const MATERIAL = 0.25;
const FEWEST_CALLS = 5;
const SMALLEST_ERROR = 1e-6;

/**
 * Whether calls in flight grew through a window: method of batch means (5 batches, 10 from 40 s on), least-squares slope significant at
 * 99 % one-sided, and a rise of at least max(5, a quarter of rate x limit) calls. The second condition keeps slow drift and near-constant
 * series from failing; it matters for lax limits, whose overload a short trial cannot see in latency.
 * @param inFlight mean in each second
 * @param rate calls/s
 * @param limitS latency limit, seconds
 */
export function growing(inFlight: readonly number[], rate: number, limitS: number): boolean {
  if (inFlight.length < FEWEST_SECONDS) return false;
  const batches = inFlight.length >= 40 ? 10 : 5;
  const means = Array.from({ length: batches }, (_, i) => {
    const part = inFlight.slice(Math.floor((i * inFlight.length) / batches), Math.floor(((i + 1) * inFlight.length) / batches));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const middle = (batches - 1) / 2;
  const mean = means.reduce((sum, value) => sum + value, 0) / batches;
  const spread = means.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  const slope = means.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  const residual = means.reduce((sum, value, i) => sum + (value - mean - slope * (i - middle)) ** 2, 0);
  const error = Math.max(SMALLEST_ERROR, Math.sqrt(residual / (batches - 2) / spread));
  const rise = slope * (batches - 1);
  return slope / error > T99[batches] && rise > Math.max(FEWEST_CALLS, MATERIAL * rate * limitS);
}
