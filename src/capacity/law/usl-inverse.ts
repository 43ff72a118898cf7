import type { Usl } from './usl.js';

/**
 * Callers (a mean, so below 1 is allowed) at which the law gives a rate: the smaller root of
 * kappa X N^2 + (sigma X - kappa X - lambda) N + X (1 - sigma) = 0, in the form that does not cancel at a tiny kappa.
 * @returns undefined when the law never reaches the rate
 */
export function callersForRate(law: Usl, rate: number): number | undefined {
  const { lambda, sigma, kappa } = law;
  if (kappa === 0) {
    if (rate * sigma >= lambda) return undefined;
    return sigma === 0 ? rate / lambda : (rate * (1 - sigma)) / (lambda - sigma * rate);
  }
  const a = kappa * rate;
  const b = sigma * rate - kappa * rate - lambda;
  const c = rate * (1 - sigma);
  const square = b * b - 4 * a * c;
  if (square < 0 || b >= 0) return undefined;
  return (2 * c) / (-b + Math.sqrt(square));
}

/**
 * Callers at which the mean response time is `latencyS`. By Little's law R = N / X, a quadratic in N.
 * @returns Infinity when every number of callers meets it, undefined when none does
 */
export function callersForLatency(law: Usl, latencyS: number): number | undefined {
  const { lambda, sigma, kappa } = law;
  if (kappa === 0 && sigma === 0) {
    const calls = lambda * latencyS;
    if (Math.abs(calls - 1) < 1e-12) return 1;
    return calls > 1 ? Number.POSITIVE_INFINITY : undefined;
  }
  const c = lambda * latencyS - 1 + sigma;
  if (c <= 0) return undefined;
  const b = sigma - kappa;
  if (kappa === 0) return c / sigma;
  const root = Math.sqrt(b * b + 4 * kappa * c);
  return b >= 0 ? (2 * c) / (b + root) : (root - b) / (2 * kappa);
}

/** Rate at which the mean response time is `latencyS`; undefined where no rate, or every rate, has it. */
export function rateForLatency(law: Usl, latencyS: number): number | undefined {
  const callers = callersForLatency(law, latencyS);
  return callers === undefined || !Number.isFinite(callers) ? undefined : callers / latencyS;
}
