import type { JudgedBaseline, PredictedFigure } from '../journal/start-entry.js';
import { machineDifferences } from '../result/machine-differences.js';
import { predictedBelow, predictionOf } from '../statistics/prediction.js';
import type { BaselineRun, SavedBaseline } from './baseline-schema.js';
import { bySitting } from './sitting.js';

/** From so many runs of so many sittings on the spread between runs of one build is known well enough to judge by it. */
export const ENOUGH = { runs: 10, sittings: 5 } as const;
/** Chance that a run of an unchanged build is called worse, over all figures together. */
const FALSE_ALARM = 0.01;
/** What is less of a change is never called worse: as in a gate. */
const LEAST_CHANGE = 0.05;

const FIGURES = ['p50', 'p95', 'p99', 'throughput'] as const;
type FigureName = (typeof FIGURES)[number];

const VALUES: Readonly<Record<FigureName, (run: BaselineRun) => number | undefined>> = {
  p50: ({ p50Us }) => (p50Us === undefined ? undefined : p50Us / 1000),
  p95: ({ p95Us }) => (p95Us === undefined ? undefined : p95Us / 1000),
  p99: ({ p99Us }) => (p99Us === undefined ? undefined : p99Us / 1000),
  throughput: ({ throughputPerS }) => throughputPerS,
};

const LOWS: Readonly<Record<FigureName, (run: BaselineRun) => number | undefined>> = {
  p50: (run) => VALUES.p50({ ...run, ...run.low }),
  p95: (run) => VALUES.p95({ ...run, ...run.low }),
  p99: (run) => VALUES.p99({ ...run, ...run.low }),
  throughput: VALUES.throughput,
};

/** Runs of the machine class of the last one: those of other machines say nothing of the spread here. */
export function runsOfOneClass({ runs }: Pick<SavedBaseline, 'runs'>): readonly BaselineRun[] {
  const last = runs.at(-1);
  return last === undefined ? [] : runs.filter(({ host }) => machineDifferences(host, last.host).length === 0);
}

/**
 * What the runs of a baseline say of the next run of an unchanged build: each figure by the spread within and between its sittings.
 * @returns undefined where they are not `ENOUGH` for any figure
 */
export function predictedFigures(baseline: Pick<SavedBaseline, 'runs'>): JudgedBaseline['predicted'] {
  const own = runsOfOneClass(baseline);
  const all = bySitting(own);
  if (all === undefined || own.length < ENOUGH.runs || all.length < ENOUGH.sittings) return undefined;
  const figures: Partial<Record<FigureName, PredictedFigure>> = {};
  for (const name of FIGURES) {
    const figure = predictedFigure(all, name);
    if (figure !== undefined) figures[name] = figure;
  }
  return { runs: own.length, sittings: all.length, ...figures };
}

function predictedFigure(sittings: readonly (readonly BaselineRun[])[], name: FigureName): PredictedFigure | undefined {
  const logs = (value: (run: BaselineRun) => number | undefined): readonly (readonly number[])[] =>
    sittings
      .map((runs) => runs.flatMap((run) => value(run) ?? []).filter((one) => one > 0))
      .filter((values) => values.length > 0)
      .map((values) => values.map((one) => Math.log(one)));
  const known = logs(VALUES[name]);
  if (known.flat().length < ENOUGH.runs || known.length < ENOUGH.sittings) return undefined;
  const prediction = predictionOf(known);
  if (prediction === undefined) return undefined;
  const { mean, error, df } = prediction;
  const lowMean = predictionOf(logs(LOWS[name]))?.mean;
  return { mean, error, df, ...(lowMean === undefined || lowMean >= mean ? {} : { lowMean }) };
}

/** What a figure of the next run may be. */
export interface PredictedLimit {
  /** Milliseconds, or calls per second. */
  readonly centre: number;
  readonly limit: number;
  /** The limit without the delay of the machines that the baseline was made on; absent where that is the same. */
  readonly lowLimit?: number;
}

/**
 * The limit of a figure: the prediction bound that a run of an unchanged build crosses in one of a hundred cases, shared between the figures
 * (Bonferroni), and never closer than 5 %. Latencies are bounded above, throughput below.
 */
export function predictedLimit(
  predicted: NonNullable<JudgedBaseline['predicted']>,
  name: FigureName,
): PredictedLimit | undefined {
  const figure = predicted[name];
  if (figure === undefined) return undefined;
  const judged = FIGURES.filter((each) => predicted[each] !== undefined).length;
  const chance = FALSE_ALARM / judged;
  const { mean, lowMean } = figure;
  const least = Math.log1p(LEAST_CHANGE);
  const log =
    name === 'throughput'
      ? Math.min(predictedBelow(figure, chance), mean - least)
      : Math.max(predictedBelow(figure, 1 - chance), mean + least);
  const round = name === 'throughput' ? Math.floor : Math.ceil;
  const limit = threeDigits(Math.exp(log), round);
  return {
    centre: Math.exp(mean),
    limit,
    ...(lowMean === undefined ? {} : { lowLimit: limit * Math.exp(lowMean - mean) }),
  };
}

/** A limit that is computed has no more digits than are read: rounded outward, so that nobody is held to a digit that is not shown. */
function threeDigits(value: number, round: (value: number) => number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Number((round(value / unit - (round === Math.ceil ? 1e-9 : -1e-9)) * unit).toPrecision(3));
}
