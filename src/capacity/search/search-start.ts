/** Two doublings below what a closed loop reaches: near enough to the answer to lose no time below it, and still an easy rate. */
const SHARE = 1 / 4;
/** Of the ceiling: more than this would be overload while the server warms up. */
const WARM_UP_SHARE = 1 / 2;
/** A warm-up wants more calls than the first trial. */
const WARM_UP_FACTOR = 4;

/** Rates at which a search begins, calls/s. */
export interface SearchStart {
  /** Of the first trial. */
  readonly startRate: number;
  readonly warmUpRate: number;
}

/**
 * Where a search begins: at a quarter of the rate that callers without think time reach, and never below the scenario's own start. What a
 * closed loop reaches knows no SLO, so it is used for nothing else.
 * @param given the scenario's `capacity.start`
 * @param ceiling successes per second of a closed loop; undefined where it was not measured, 0 where nothing succeeded
 */
export function searchStart(given: number, ceiling?: number): SearchStart {
  const startRate = Math.max(given, (ceiling ?? 0) * SHARE);
  const warmUpRate = WARM_UP_FACTOR * startRate;
  return {
    startRate,
    warmUpRate:
      ceiling === undefined || ceiling === 0 ? warmUpRate : Math.max(startRate, Math.min(warmUpRate, ceiling * WARM_UP_SHARE)),
  };
}
