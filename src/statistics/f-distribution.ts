import { incompleteBeta } from './beta-function.js';
import { solveRising } from './solve-rising.js';

/** P(F <= f) for the F distribution with (df1, df2) degrees of freedom (Abramowitz and Stegun 26.6.2). */
export function fBelow(f: number, df1: number, df2: number): number {
  return f <= 0 ? 0 : incompleteBeta((df1 * f) / (df1 * f + df2), df1 / 2, df2 / 2);
}

/** Quantile of the F distribution. */
export const fQuantile = (p: number, df1: number, df2: number): number => solveRising((f) => fBelow(f, df1, df2), p);
