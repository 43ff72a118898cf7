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
 * Calls needed before a success rate can be judged: as many that the target leaves room for one failure, so that no single call decides:
 * 100 for 99 %, 1,000 for 99.9 %. A target of 100 % takes the number of 99 %. Unlike a quantile a success rate is counted over all calls,
 * not read off a few; how far the true rate may lie below is told beside it while there are fewer calls than `minimumSamples`.
 * @param target 0 < target <= 1
 */
export function minimumForShare(target: number): number {
  return Math.ceil(1 / (1 - (target >= 1 ? 0.99 : target)) - 1e-9);
}

/**
 * The lowest true success rate that still explains n successes out of n with a chance of 5 %: 0.05^(1/n) (exact binomial, one-sided 95 %).
 */
export const lowestRateBehind = (successes: number): number => 0.05 ** (1 / successes);

/**
 * Calls that may lie above the limit of a quantile (nearest rank): floor((1 - q) * n).
 * The small term undoes products such as 0.05 * 100 = 5.000000000000004 the other way round.
 */
export function allowedAbove(quantile: number, samples: number): number {
  return Math.floor((1 - quantile) * samples + 1e-9);
}
