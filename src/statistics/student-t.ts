import { incompleteBeta } from './beta-function.js';
import { solveRising } from './solve-rising.js';

/** P(T <= t) for Student's t with `df` degrees of freedom (DLMF 8.17; Abramowitz and Stegun 26.7). */
export function studentTBelow(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** Quantiles that were asked for: a gate or a fit asks for the same few again and again, and each takes some 50 steps. */
const known = new Map<string, number>();
const MOST_KNOWN = 1000;

/** Quantile of Student's t: t(0.975, df) bounds a two-sided 95 % interval. */
export function studentTQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentTQuantile(1 - p, df);
  const key = `${p} ${df}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const quantile = solveRising((t) => studentTBelow(t, df), p);
  if (known.size < MOST_KNOWN) known.set(key, quantile);
  return quantile;
}
