const WINDOWS = 3;
const WITHIN = 1.1;

/**
 * Whether a warm-up is over: the medians of the last three windows lie within 10 % (largest <= 1.1 x smallest). Rates are not compared:
 * Poisson counts differ by more.
 * @param mediansUs median response time of each window so far; null where more than half of its calls were not answered
 */
export function isWarm(mediansUs: readonly (number | null)[]): boolean {
  const last = mediansUs.slice(-WINDOWS);
  if (last.length < WINDOWS || last.some((median) => median === null)) return false;
  const values = last as readonly number[];
  return Math.max(...values) <= WITHIN * Math.min(...values);
}
