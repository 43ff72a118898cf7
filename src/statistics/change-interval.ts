/** A positive figure with the bounds of its interval. */
export interface BoundedFigure {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * Interval of the ratio b / a of two independent figures, from the interval of each at one level: variance estimates are recovered from the
 * bounds, on the log scale, where latencies and rates are nearly symmetrical (G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008).
 * @returns undefined where a bound is not positive
 */
export function ratioInterval(a: BoundedFigure, b: BoundedFigure): readonly [low: number, high: number] | undefined {
  if ([a.value, b.value, ...a.interval, ...b.interval].some((value) => !(value > 0 && Number.isFinite(value)))) return undefined;
  const [below, above] = [arms(a), arms(b)];
  const log = Math.log(b.value / a.value);
  return [Math.exp(log - Math.hypot(above.low, below.high)), Math.exp(log + Math.hypot(above.high, below.low))];
}

/** How far the bounds lie from the figure, as logs. */
const arms = ({ value, interval: [low, high] }: BoundedFigure): { readonly low: number; readonly high: number } => ({
  low: Math.log(value / low),
  high: Math.log(high / value),
});
