import { invert, solve } from '../../statistics/small-matrix.js';
import { gradientOf, rateOf, type Usl } from './usl.js';

export interface UslPoint {
  readonly callers: number;
  readonly rate: number;
  readonly weight: number;
}

export type Bound = 'sigma=0' | 'sigma=1' | 'kappa=0';

export interface UslFit extends Usl {
  /** Weighted sum of squares. */
  readonly sse: number;
  /** Parameters that lie on a bound, exactly. */
  readonly active: readonly Bound[];
}

/** Throughput noise is multiplicative: weights 1 / X^2. */
export const relativeWeights = (points: readonly { readonly callers: number; readonly rate: number }[]): readonly UslPoint[] =>
  points.map(({ callers, rate }) => ({ callers, rate, weight: 1 / rate ** 2 }));

/**
 * The law is linear in its reciprocal, N / X = a + b (N-1) + c N (N-1), with a = 1/lambda, b = sigma/lambda, c = kappa/lambda. The solver works
 * on (a, b, c), which are of one size, and returns lambda, sigma and kappa.
 */
type Abc = readonly [number, number, number];

const ALL: readonly number[] = [0, 1, 2];
const NO_SIGMA: readonly number[] = [0, 2];
const NO_KAPPA: readonly number[] = [0, 1];
const ONLY_LAMBDA: readonly number[] = [0];

/** Functions that a, b and c stand before. With sigma = 1, b equals a and its function joins the first. */
const basis = (n: number, sigmaIsOne: boolean): Abc => [sigmaIsOne ? n : 1, n - 1, n * (n - 1)];

interface Model {
  /** Parameters that are free; the others are 0. */
  readonly free: readonly number[];
  readonly sigmaIsOne: boolean;
}

const modelled = (model: Model, theta: readonly number[], n: number): number => {
  const below = basis(n, model.sigmaIsOne).reduce((sum, value, i) => sum + value * theta[i]!, 0);
  return below > 0 ? n / below : Number.NaN;
};

const sseOf = (model: Model, theta: readonly number[], points: readonly UslPoint[]): number =>
  points.reduce((sum, { callers, rate, weight }) => sum + weight * (rate - modelled(model, theta, callers)) ** 2, 0);

/** Normal equations of a weighted linear problem over the free parameters. */
function normal(
  free: readonly number[],
  rows: readonly { readonly phi: Abc; readonly value: number; readonly weight: number }[],
): { readonly matrix: number[][]; readonly right: number[] } {
  const entry = (of: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + row.weight * of(row), 0);
  return {
    matrix: free.map((i) => free.map((j) => entry(({ phi }) => phi[i]! * phi[j]!))),
    right: free.map((i) => entry(({ phi, value }) => phi[i]! * value)),
  };
}

const spread = (free: readonly number[], values: readonly number[]): number[] => {
  const theta = [0, 0, 0];
  for (const [at, i] of free.entries()) theta[i] = values[at]!;
  return theta;
};

/** Weighted linear start: the noise of N / X is N / X^2 times that of X. */
function linearStart(model: Model, points: readonly UslPoint[]): number[] | undefined {
  const rows = points.map(({ callers, rate, weight }) => ({
    phi: basis(callers, model.sigmaIsOne),
    value: callers / rate,
    weight: weight * (rate ** 2 / callers) ** 2,
  }));
  const { matrix, right } = normal(model.free, rows);
  const values = solve(matrix, right);
  return values === undefined ? undefined : spread(model.free, values);
}

/** Something that is above 0 everywhere, for when the linear start is not: one caller's rate and no interference. */
const plainStart = (points: readonly UslPoint[]): number[] => [
  1 / Math.max(...points.map(({ rate, callers }) => rate / callers)),
  0,
  0,
];

/** Levenberg-Marquardt with analytic derivatives, damping scaled by the diagonal, and steps that make the fit worse rejected (Marquardt 1963). */
function refine(model: Model, start: readonly number[], points: readonly UslPoint[]): number[] {
  let theta = [...start];
  let sse = sseOf(model, theta, points);
  let damping = 1e-3;
  for (let iteration = 0; iteration < 500 && sse > 0; iteration++) {
    const rows = points.map(({ callers, rate, weight }) => {
      const value = modelled(model, theta, callers);
      const outer = -(value ** 2) / callers;
      const [a, b, c] = basis(callers, model.sigmaIsOne);
      return { phi: [a * outer, b * outer, c * outer] as const, value: rate - value, weight };
    });
    const { matrix, right } = normal(model.free, rows);
    const damped = matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)));
    const step = solve(damped, right);
    const next = step === undefined ? undefined : theta.map((value, i) => value + (spread(model.free, step)[i] as number));
    const nextSse = next === undefined ? Number.NaN : sseOf(model, next, points);
    if (next !== undefined && nextSse <= sse) {
      const change = Math.max(...next.map((value, i) => Math.abs(value - theta[i]!) / (Math.abs(value) + 1e-300)));
      theta = next;
      sse = nextSse;
      damping = Math.max(damping / 10, 1e-14);
      if (change < 1e-13) break;
    } else {
      damping *= 10;
      if (damping > 1e12) break;
    }
  }
  return theta;
}

function fitModel(model: Model, points: readonly UslPoint[]): { readonly law: Usl; readonly sse: number } {
  const linear = linearStart(model, points);
  const usable = linear !== undefined && Number.isFinite(sseOf(model, linear, points));
  const [a, b, c] = refine(model, usable ? linear : plainStart(points), points) as unknown as Abc;
  const law = { lambda: 1 / a, sigma: model.sigmaIsOne ? 1 : b / a, kappa: c / a };
  return { law, sse: sseOf(model, [a, b, c], points) };
}

const UNBOUNDED: Model = { free: ALL, sigmaIsOne: false };
const BOUNDED: readonly (Model & { readonly active: readonly Bound[] })[] = [
  { free: ONLY_LAMBDA, sigmaIsOne: false, active: ['sigma=0', 'kappa=0'] },
  { free: NO_KAPPA, sigmaIsOne: false, active: ['kappa=0'] },
  { free: NO_SIGMA, sigmaIsOne: false, active: ['sigma=0'] },
  { free: ONLY_LAMBDA, sigmaIsOne: true, active: ['sigma=1', 'kappa=0'] },
  { free: NO_SIGMA, sigmaIsOne: true, active: ['sigma=1'] },
  { ...UNBOUNDED, active: [] },
];

const feasible = ({ lambda, sigma, kappa }: Usl): boolean => lambda > 0 && sigma >= 0 && sigma <= 1 && kappa >= 0 && kappa <= 1;

/** The law without its bounds: a negative sigma or kappa says that the server does better than the law allows. */
export const fitUnbounded = (points: readonly UslPoint[]): Usl => fitModel(UNBOUNDED, points).law;

/** Fits X(N) with sigma and kappa held at 0 where the model says so: `linear` both, `amdahl` kappa. */
export function fitRestricted(points: readonly UslPoint[], model: 'linear' | 'amdahl'): UslFit {
  const candidates = BOUNDED.filter(
    ({ active }) => active.includes('kappa=0') && (model === 'amdahl' || active.includes('sigma=0')),
  );
  return best(candidates, points);
}

/** The law with lambda > 0, sigma in [0, 1], kappa in [0, 1]: fitted on every set of active bounds, the best feasible one wins. A parameter on a bound is exact. */
export const fitUsl = (points: readonly UslPoint[]): UslFit => best(BOUNDED, points);

function best(models: typeof BOUNDED, points: readonly UslPoint[]): UslFit {
  // Differences below this are rounding: then the model with fewer free parameters is the answer.
  const rounding = 1e-20 * points.reduce((sum, { rate, weight }) => sum + weight * rate ** 2, 0);
  let chosen: UslFit | undefined;
  for (const model of models) {
    const { law, sse } = fitModel(model, points);
    if (!feasible(law) || !Number.isFinite(sse)) continue;
    if (chosen === undefined || sse < chosen.sse - rounding) chosen = { ...law, sse, active: model.active };
  }
  if (chosen === undefined) throw new Error('no feasible fit: every rate must be above 0');
  return chosen;
}

/** Covariance of lambda, sigma and kappa from the weighted Jacobian at a fit, with n - 3 degrees of freedom; bounds are not taken for known. */
export function covarianceOf(law: Usl, points: readonly UslPoint[]): readonly (readonly number[])[] | undefined {
  const freedom = points.length - 3;
  if (freedom < 1) return undefined;
  const gradients = points.map(({ callers, weight }) => ({ gradient: gradientOf(law, callers), weight }));
  const inverse = invert(
    ALL.map((i) =>
      ALL.map((j) => gradients.reduce((sum, { gradient, weight }) => sum + weight * gradient[i]! * gradient[j]!, 0)),
    ),
  );
  const residual = points.reduce((sum, { callers, rate, weight }) => sum + weight * (rate - rateOf(law, callers)) ** 2, 0);
  return inverse?.map((row) => row.map((value) => value * (residual / freedom)));
}
