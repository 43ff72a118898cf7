import { STREAM, uniformAt } from '../../load/random.js';

/** Levels of a sweep: at least this many, and the largest at least this many times the smallest. */
const LEVELS = 8;
const LEAST_RATIO = 8;
const ROUNDS = 3;

/**
 * Caller counts from 1 to `largest`, evenly spaced in their logarithm as far as whole numbers are: at least eight, at least up to eight.
 * @param largest twice the level with the best throughput
 */
export function sweepLevels(largest: number): readonly number[] {
  const top = Math.max(LEAST_RATIO, Math.round(largest));
  const levels = new Set<number>([1, top]);
  // More steps than levels, until enough of them are different whole numbers.
  for (let steps = LEVELS - 1; levels.size < LEVELS; steps++) {
    levels.clear();
    for (let i = 0; i <= steps; i++) levels.add(Math.round(top ** (i / steps)));
  }
  return [...levels].sort((a, b) => a - b);
}

/** Every level three times, in an order that drift of the server cannot follow. */
export function sweepOrder(levels: readonly number[], seed: number): readonly number[] {
  const order = Array.from({ length: ROUNDS }, () => levels).flat();
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniformAt(seed, STREAM.sweep, last) * (last + 1));
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

/**
 * The next level while the top is being looked for: twice the callers until throughput has not risen by 5 % for two doublings.
 * @param rates throughput by level, in the order 1, 2, 4, ...
 * @returns undefined when the top was passed
 */
export function nextDoubling(
  rates: readonly { readonly callers: number; readonly rate: number }[],
  atMost: number,
): number | undefined {
  const last = rates.at(-1);
  if (last === undefined) return 1;
  const best = Math.max(...rates.slice(0, -2).map(({ rate }) => rate), 0);
  const lately = Math.max(...rates.slice(-2).map(({ rate }) => rate));
  if (rates.length >= 3 && lately < 1.05 * best) return undefined;
  return last.callers * 2 > atMost ? undefined : last.callers * 2;
}
