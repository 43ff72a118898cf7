/** Universal Scalability Law X(N) = lambda N / (1 + sigma (N-1) + kappa N (N-1)) (N. J. Gunther, Guerrilla Capacity Planning, ch. 5-6). */
export interface Usl {
  /** Rate of one caller. */
  readonly lambda: number;
  /** Contention. */
  readonly sigma: number;
  /** Coherency. */
  readonly kappa: number;
}

const denominator = ({ sigma, kappa }: Usl, n: number): number => 1 + sigma * (n - 1) + kappa * n * (n - 1);

/** Rate of n callers. */
export const rateOf = (law: Usl, n: number): number => (law.lambda * n) / denominator(law, n);

/** Derivatives of the rate by lambda, sigma and kappa. */
export function gradientOf(law: Usl, n: number): readonly [number, number, number] {
  const below = denominator(law, n);
  const rate = (law.lambda * n) / below;
  return [n / below, (-rate * (n - 1)) / below, (-rate * n * (n - 1)) / below];
}

/** Callers and rate of the peak; undefined when the law has none. */
export function peakOf(law: Usl): { readonly callers: number; readonly rate: number } | undefined {
  if (law.kappa <= 0 || law.sigma >= 1) return undefined;
  const callers = Math.sqrt((1 - law.sigma) / law.kappa);
  return { callers, rate: rateOf(law, callers) };
}
