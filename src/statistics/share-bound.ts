import { incompleteBeta } from './beta-function.js';
import type { FailureCount } from './fisher-exact.js';
import { solveRising } from './solve-rising.js';

/**
 * Upper bound of the true share of failures behind a count: the largest share under which so few failures or fewer still have a chance of
 * 1 - level (Clopper and Pearson 1934, Biometrika 26; one-sided, exact for the binomial law). It solves I_p(failed + 1, of - failed) = level.
 * @param level of confidence, for instance 0.95
 * @returns a share, 0..1; 1 where all failed, or where there were no calls
 */
export function shareUpperBound({ failed, of }: FailureCount, level: number): number {
  if (failed >= of) return 1;
  return solveRising((share) => incompleteBeta(share, failed + 1, of - failed), level);
}
