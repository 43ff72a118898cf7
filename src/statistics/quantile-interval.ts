/** 1-based ranks of the order statistics that bound a quantile; `high` is undefined where no sample of this size bounds it from above. */
export interface RankInterval {
  readonly low: number;
  readonly high: number | undefined;
}

/**
 * Distribution-free interval of a quantile from order statistics: the number of calls below the true quantile is binomial (n, q), so
 * low is the largest j with P(Bin <= j - 1) <= alpha/2 and high the smallest k with P(Bin >= k) <= alpha/2 (David and Nagaraja, Order
 * Statistics, section 7.1). It takes calls as independent; calls of one run are not quite, so it is for display and decides nothing.
 * @param samples calls, at least 1
 * @param quantile 0 < quantile < 1
 * @param level of confidence, 0.95 by default
 * @returns undefined when the sample bounds the quantile on neither side from below
 */
export function quantileInterval(samples: number, quantile: number, level = 0.95): RankInterval | undefined {
  const tail = (1 - level) / 2;
  const { from, masses } = binomialMasses(samples, quantile);
  let below = 0;
  let low: number | undefined;
  // P(Bin <= j - 1) for j - 1 = from, from + 1, ...; below `from` the mass is nothing.
  for (const [i, mass] of masses.entries()) {
    below += mass;
    if (below > tail) break;
    low = from + i + 1;
  }
  let above = 0;
  let high: number | undefined;
  for (let i = masses.length - 1; i >= 0; i--) {
    above += masses[i] as number;
    if (above > tail) break;
    high = from + i;
  }
  // Even all n calls lying below the quantile is likelier than the tail: nothing bounds it from above.
  if (high === undefined && from + masses.length - 1 < samples) high = from + masses.length;
  if (low === undefined && from > 0) low = from;
  return low === undefined ? undefined : { low, high };
}

/** Masses of the binomial law around its mode, scaled to a sum of 1; what is left out is below 1e-18 of the largest. */
function binomialMasses(n: number, p: number): { readonly from: number; readonly masses: readonly number[] } {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const up: number[] = [];
  for (let k = mode, mass = 1; k < n; k++) {
    mass *= ((n - k) / (k + 1)) * (p / (1 - p));
    if (mass < 1e-18) break;
    up.push(mass);
  }
  const down: number[] = [];
  for (let k = mode, mass = 1; k > 0; k--) {
    mass *= (k / (n - k + 1)) * ((1 - p) / p);
    if (mass < 1e-18) break;
    down.push(mass);
  }
  const all = [...down.reverse(), 1, ...up];
  const sum = all.reduce((total, mass) => total + mass, 0);
  return { from: mode - down.length, masses: all.map((mass) => mass / sum) };
}
