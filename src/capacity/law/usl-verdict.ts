import type { LawFigures, SweepPoint } from '../../result/law-figures.js';
import { studentTQuantile } from '../../statistics/student-t.js';
import { amountText, countText } from '../../text/figure-text.js';
import { lawMeaning } from './law-meaning.js';
import { type Decline, declineOf, type Level, lackOfFit, levelsOf } from './sweep-levels.js';
import { gradientOf, peakOf, rateOf, type Usl } from './usl.js';
import { covarianceOf, fitRestricted, fitUnbounded, fitUsl, relativeWeights, type UslFit, type UslPoint } from './usl-fit.js';

type ModelName = LawFigures['model'];

const MIN_LEVELS = 6;
const MIN_SPAN = 8;
const MIN_POINTS_FOR_CHOICE = 10;

/**
 * Fits the Universal Scalability Law to a closed sweep, or says why not. It explains a server; it is never its capacity. R^2 decides nothing:
 * it is above 0.999 for fits that are 45 % wrong.
 * @param source points of an open-loop run are refused: there the rate is set and the concurrency is noise
 */
export function fitLaw(
  points: readonly SweepPoint[],
  source: 'closed sweep' | 'open loop' = 'closed sweep',
): LawFigures | { readonly refused: string } {
  if (source === 'open loop') return { refused: 'open loop: the number of callers is not set; run the closed sweep' };
  const kept = points.filter(({ leftOut, rate }) => leftOut === undefined && rate > 0);
  const levels = levelsOf(kept);
  const refused = refusalOf(levels, points.length - kept.length);
  if (refused !== undefined) return { refused };
  return lawOf(points, relativeWeights(kept), levels);
}

function refusalOf(levels: readonly Level[], leftOut: number): string | undefined {
  const beside = leftOut === 0 ? '' : ` (${countText(leftOut, 'trial was', 'trials were')} left out)`;
  if (levels.length < MIN_LEVELS) return `fewer than ${MIN_LEVELS} distinct numbers of callers: ${levels.length}${beside}`;
  const [smallest, largest] = [levels[0]!.callers, levels.at(-1)!.callers];
  if (largest / smallest < MIN_SPAN)
    return `largest number of callers over the smallest below ${MIN_SPAN}: ${smallest} to ${largest}${beside}`;
  return undefined;
}

function lawOf(all: readonly SweepPoint[], points: readonly UslPoint[], levels: readonly Level[]): LawFigures {
  const usl = fitUsl(points);
  const lack = lackOfFit(levels, usl);
  const decline = declineOf(levels);
  const aicc = points.length < MIN_POINTS_FOR_CHOICE ? undefined : aiccOf(points, usl);
  const chosen = aicc === undefined || decline?.declined === true ? 'usl' : smallestOf(aicc);
  const law = chosen === 'usl' ? usl : fitRestricted(points, chosen);
  const covariance = covarianceOf(law, points);
  const t = studentTQuantile(0.975, points.length - 3);
  const peak = covariance && peakWithInterval(usl, covarianceOf(usl, points), t);
  const largest = levels.at(-1)!.callers;
  const verdict = verdictOf({ lacks: lack?.lacks === true, decline, chosen, usl, covariance, t, peak, largest });
  const best = levels.reduce((top, level) => (level.meanLog > top.meanLog ? level : top));
  const bestMeasured = { callers: best.callers, rate: Math.exp(best.meanLog) };
  const shownPeak = verdict === 'peak-measured' || verdict === 'peak-extrapolated' ? peak : undefined;
  const intervals = covariance && intervalsOf(law, covariance, t);
  return {
    points: all,
    lambda: law.lambda,
    sigma: law.sigma,
    kappa: law.kappa,
    ...(intervals === undefined ? {} : { intervals }),
    model: modelOf(law, chosen),
    verdict,
    ...(shownPeak === undefined ? {} : { peak: shownPeak }),
    bestMeasured,
    meaning: lawMeaning(law, verdict, bestMeasured, shownPeak),
    flags: flagsOf(points, levels, aicc),
    curve: curveOf(law, covariance, t, levels[0]!.callers, largest),
    ...(lack === undefined ? {} : { lackOfFit: { f: lack.f, limit: lack.limit } }),
    ...(decline === undefined ? {} : { decline }),
  };
}

/** A USL fit on its bounds is the simpler law that it then equals. */
const modelOf = (law: UslFit, chosen: ModelName): ModelName =>
  !law.active.includes('kappa=0') ? chosen : law.active.includes('sigma=0') ? 'linear' : 'amdahl';

/** Corrected Akaike criterion, the variance counted as a parameter (Hurvich and Tsai 1989). Smaller is better. */
function aiccOf(points: readonly UslPoint[], usl: UslFit): Readonly<Record<ModelName, number>> {
  const n = points.length;
  // An exact fit has no variance; what is below rounding is not better than another.
  const floor = 1e-24 * points.reduce((sum, { rate, weight }) => sum + weight * rate ** 2, 0);
  const value = (sse: number, parameters: number) => {
    const k = parameters + 1;
    return n * Math.log(Math.max(sse, floor) / n) + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
  };
  return {
    linear: value(fitRestricted(points, 'linear').sse, 1),
    amdahl: value(fitRestricted(points, 'amdahl').sse, 2),
    usl: value(usl.sse, 3),
  };
}

const smallestOf = (aicc: Readonly<Record<ModelName, number>>): ModelName =>
  (Object.keys(aicc) as ModelName[]).reduce((least, name) => (aicc[name] < aicc[least] ? name : least));

interface Evidence {
  readonly lacks: boolean;
  readonly decline: Decline | undefined;
  readonly chosen: ModelName;
  readonly usl: UslFit;
  readonly covariance: readonly (readonly number[])[] | undefined;
  readonly t: number;
  readonly peak: LawFigures['peak'] | undefined;
  readonly largest: number;
}

/** The rules in their order: not the law; no peak that the points identify; a decline that was measured; else extrapolated or flat. */
function verdictOf({ lacks, decline, chosen, usl, covariance, t, peak, largest }: Evidence): LawFigures['verdict'] {
  if (lacks) return 'not-usl';
  const kappaError = covariance === undefined ? Number.POSITIVE_INFINITY : Math.sqrt(covariance[2]![2]!);
  const identified =
    chosen === 'usl' &&
    peak !== undefined &&
    usl.kappa - t * kappaError > 0 &&
    peak.callers <= 1.5 * largest &&
    Math.log(peak.high / peak.rate) <= 0.25;
  if (!identified) return 'not-reached';
  if (decline?.declined === true) return 'peak-measured';
  return largest < 1.5 * peak.callers ? 'peak-extrapolated' : 'saturates';
}

const within = (covariance: readonly (readonly number[])[], gradient: readonly number[]): number =>
  Math.sqrt(
    Math.max(
      0,
      gradient.reduce((sum, a, i) => sum + gradient.reduce((row, b, j) => row + a * b * covariance[i]![j]!, 0), 0),
    ),
  );

/** The peak with its 95 % interval: Student t on log X*, by the delta method. At the peak the rate does not change with N, so N* may be taken for known. */
function peakWithInterval(
  law: Usl,
  covariance: readonly (readonly number[])[] | undefined,
  t: number,
): LawFigures['peak'] | undefined {
  const peak = peakOf(law);
  if (peak === undefined || covariance === undefined) return undefined;
  const gradient = gradientOf(law, peak.callers).map((value) => value / peak.rate);
  const half = t * within(covariance, gradient);
  return { ...peak, low: peak.rate * Math.exp(-half), high: peak.rate * Math.exp(half) };
}

function intervalsOf(law: Usl, covariance: readonly (readonly number[])[], t: number): NonNullable<LawFigures['intervals']> {
  const around = (value: number, i: number): readonly [number, number] => {
    const half = t * Math.sqrt(covariance[i]![i]!);
    return [value - half, value + half];
  };
  return { lambda: around(law.lambda, 0), sigma: around(law.sigma, 1), kappa: around(law.kappa, 2) };
}

/** The fitted law with its 95 % band, evenly in log N over the measured range. */
function curveOf(
  law: Usl,
  covariance: readonly (readonly number[])[] | undefined,
  t: number,
  from: number,
  to: number,
): NonNullable<LawFigures['curve']> {
  const steps = 60;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const callers = from * (to / from) ** (i / steps);
    const rate = rateOf(law, callers);
    if (covariance === undefined) return { callers, rate };
    const half = t * within(covariance, gradientOf(law, callers));
    return { callers, rate, low: Math.max(0, rate - half), high: rate + half };
  });
}

function flagsOf(
  points: readonly UslPoint[],
  levels: readonly Level[],
  aicc: Readonly<Record<ModelName, number>> | undefined,
): readonly string[] {
  const unbounded = fitUnbounded(points);
  const first = levels[0]!;
  const one = Math.exp(first.meanLog) / first.callers;
  const best = levels
    .map((level) => ({ callers: level.callers, efficiency: Math.exp(level.meanLog) / (level.callers * one) }))
    .reduce((top, level) => (level.efficiency > top.efficiency ? level : top));
  return [
    ...(aicc === undefined ? [`no choice between models: fewer than ${MIN_POINTS_FOR_CHOICE} points`] : []),
    ...(unbounded.kappa < 0 ? [`without its bounds the fit gives a negative coherency, ${amountText(unbounded.kappa)}`] : []),
    ...(unbounded.sigma < 0 ? [`without its bounds the fit gives a negative contention, ${amountText(unbounded.sigma)}`] : []),
    ...(best.efficiency > 1.05
      ? [
          `${countText(best.callers, 'caller reaches', 'callers reach')} ${amountText(best.efficiency)} times what so many times the first level would: better than linear`,
        ]
      : []),
  ];
}
