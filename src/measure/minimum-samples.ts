/**
 * Calls needed before a quantile can be judged: with fewer, a sample in which all calls meet the limit still leaves more than 5 % chance
 * that the true quantile misses it. n = ceil(ln 0.05 / ln q): 59 for p95, 299 for p99, 2,995 for p99.9 (order statistics, one-sided 95 %).
 * A success target is the same rule with q = target; a target of 100 % cannot be proved by any sample and takes the number of 99 %.
 * @param quantile 0 < quantile <= 1
 */
export function minimumSamples(quantile: number): number {
  return Math.ceil(Math.log(0.05) / Math.log(quantile >= 1 ? 0.99 : quantile));
}

/**
 * Calls that may lie above the limit of a quantile (nearest rank): floor((1 - q) * n).
 * The small term undoes products such as 0.05 * 100 = 5.000000000000004 the other way round.
 */
export function allowedAbove(quantile: number, samples: number): number {
  return Math.floor((1 - quantile) * samples + 1e-9);
}
