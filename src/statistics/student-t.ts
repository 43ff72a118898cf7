import { incompleteBeta } from './beta-function.js';
import { solveRising } from './solve-rising.js';

/** P(T <= t) for Student's t with `df` degrees of freedom (DLMF 8.17; Abramowitz and Stegun 26.7). */
export function studentTBelow(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** Quantile of Student's t: t(0.975, df) bounds a two-sided 95 % interval. */
export function studentTQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentTQuantile(1 - p, df);
  return solveRising((t) => studentTBelow(t, df), p);
}
