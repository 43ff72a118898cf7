import { studentTQuantile } from './student-t.js';

/** What values that were measured in groups say of one more value, from a group of its own. */
export interface Prediction {
  /** Mean of the means of the groups. */
  readonly mean: number;
  /** Standard deviation of (one more value - mean). */
  readonly error: number;
  /** Degrees of freedom of `error`. */
  readonly df: number;
  /** Standard error of the mean alone, and its degrees of freedom. */
  readonly meanError: number;
  readonly meanDf: number;
}

/**
 * One more value of a new group, from a one-way random-effects model: values of one group are closer to one another than to those of the
 * next. The variance between groups comes from their unweighted means (R. B. Thomas and J. D. Hultquist, Annals of Statistics 6, 1978), the
 * degrees of freedom from F. E. Satterthwaite (Biometrics Bulletin 2, 1946). With one value a group it is the usual prediction of one more
 * value, exactly.
 * @returns undefined for fewer than two groups
 */
export function predictionOf(groups: readonly (readonly number[])[]): Prediction | undefined {
  const filled = groups.filter((values) => values.length > 0);
  const count = filled.length;
  if (count < 2) return undefined;
  const means = filled.map(meanOf);
  const mean = meanOf(means);
  const between = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  const values = filled.reduce((sum, { length }) => sum + length, 0);
  const squares = filled.reduce((sum, each, at) => sum + each.reduce((own, x) => own + (x - (means[at] as number)) ** 2, 0), 0);
  const withinDf = values - count;
  const within = withinDf === 0 ? 0 : squares / withinDf;
  // Mean of 1 / size: what of the variance within a group stays in its mean.
  const inMeans = filled.reduce((sum, { length }) => sum + 1 / length, 0) / count;
  const ofMeans = between * (1 + 1 / count);
  const ofOne = within * (1 - inMeans);
  const variance = ofMeans + ofOne;
  const df = variance === 0 || ofOne === 0 ? count - 1 : variance ** 2 / (ofMeans ** 2 / (count - 1) + ofOne ** 2 / withinDf);
  return { mean, error: Math.sqrt(variance), df, meanError: Math.sqrt(between / count), meanDf: count - 1 };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What one more value stays below with this chance (0.01: above with 0.99). */
export const predictedBelow = ({ mean, error, df }: Pick<Prediction, 'mean' | 'error' | 'df'>, chance: number): number =>
  mean + studentTQuantile(chance, df) * error;
