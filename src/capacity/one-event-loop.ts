/** p99 limits in mean service times that the rows hold a utilisation for. */
const LIMITS = [5, 7, 10, 20] as const;

/**
 * Highest utilisation of one event loop (M/G/1) whose p99 stays below k mean service times, by the squared coefficient of variation of the time
 * on the loop: 0 is M/D/1 exactly, 1 is M/M/1, the rest were simulated (log-normal from 2 on). 0: none.
 */
const ROWS = [
  { variation: 0, at: [0.5608, 0.6801, 0.7735, 0.8856] },
  { variation: 0.25, at: [0.44, 0.59, 0.71, 0.85] },
  { variation: 0.5, at: [0.32, 0.51, 0.65, 0.82] },
  { variation: 1, at: [0.079, 0.3421, 0.5395, 0.7697] },
  { variation: 2, at: [0, 0.02, 0.21, 0.57] },
  { variation: 4, at: [0, 0, 0.04, 0.29] },
] as const;

/**
 * The same for any k and variation, read with the worse row and the worse limit: a hint beside the measured curve, never above it.
 * @param limit p99 limit, less the time spent off the loop, in mean times on the loop
 * @returns undefined beyond the table
 */
export function oneLoopUtilisation(limit: number, variation: number): number | undefined {
  const row = ROWS.find((one) => one.variation >= variation);
  const column = LIMITS.findLastIndex((one) => one <= limit);
  return row === undefined || column < 0 ? undefined : row.at[column];
}
