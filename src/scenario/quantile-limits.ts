/** Quantiles that an objective may limit: as read, their key in the limits, and the quantile. In rising order. */
export const QUANTILE_LIMITS = [
  ['p50', 'p50Ms', 0.5],
  ['p90', 'p90Ms', 0.9],
  ['p95', 'p95Ms', 0.95],
  ['p99', 'p99Ms', 0.99],
  ['p99.9', 'p999Ms', 0.999],
] as const;
