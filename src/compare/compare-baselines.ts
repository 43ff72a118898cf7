import { basename } from 'node:path';
import type { SavedBaseline } from '../judge/baseline-schema.js';
import { countedOf } from '../judge/saved-baseline.js';
import { bySitting } from '../judge/sitting.js';
import { type Prediction, predictionOf } from '../statistics/prediction.js';
import { studentTQuantile } from '../statistics/student-t.js';
import type { BaselineComparison, ComparedBaseline, ComparedValue } from './comparison.js';
import { figurePair, figuresOf, told } from './figure-pair.js';
import { machineCaveat, workloadCaveat } from './side-caveats.js';

/** A baseline file with its content. */
export interface ComparableBaseline {
  readonly path: string;
  readonly baseline: SavedBaseline;
}

/** From so many sittings on the interval of a mean is not absurdly wide. */
const SITTINGS = 3;

const PROOF =
  'Each figure is the geometric mean over the sittings of its file, with the 95 % interval that its sittings leave. A change whose interval holds 0 may be none.';
const TOO_FEW = `With fewer than ${SITTINGS} sittings a file has no interval: how much runs of one build differ from sitting to sitting is not known from it.`;

/** Puts two baseline files side by side: each figure over the sittings of both. Pure. */
export function compareBaselines(a: ComparableBaseline, b: ComparableBaseline): BaselineComparison {
  const both = [a.baseline, b.baseline] as const;
  const latency = (key: 'p50Us' | 'p95Us' | 'p99Us') =>
    figurePair(
      key.slice(0, -2),
      'microseconds',
      [figureOf(both[0], (run) => run[key]), figureOf(both[1], (run) => run[key])],
      'higher',
    );
  const rate = (of: (run: SavedBaseline['runs'][number]) => number) => [figureOf(both[0], of), figureOf(both[1], of)] as const;
  return {
    schema: 'plimsoll.compare/1',
    kind: 'baselines',
    a: sideOf(a),
    b: sideOf(b),
    caveats: caveatsOf(both[0], both[1]),
    proof: both.some((baseline) => sittingCount(baseline) < SITTINGS) ? TOO_FEW : PROOF,
    groups: [
      {
        by: 'all',
        name: 'All judged calls',
        figures: figuresOf([
          latency('p50Us'),
          latency('p95Us'),
          latency('p99Us'),
          figurePair('success', 'share', [successOf(both[0]), successOf(both[1])], 'lower'),
          figurePair(
            'goodput',
            'per-second',
            rate(({ throughputPerS }) => throughputPerS),
            'lower',
          ),
          figurePair(
            'offered',
            'per-second',
            rate(({ offeredPerS }) => offeredPerS),
          ),
          figurePair('tolerance', 'text', [told(`${both[0].tolerance}`), told(`${both[1].tolerance}`)]),
        ]),
      },
    ],
  };
}

/** Sittings that are told; 0 where a run of an older version does not tell its own. */
const sittingCount = ({ runs }: SavedBaseline): number => bySitting(runs)?.length ?? 0;

function sideOf({ path, baseline }: ComparableBaseline): ComparedBaseline {
  const sittings = sittingCount(baseline);
  return {
    file: basename(path),
    scenario: baseline.scenario,
    scenarioHash: baseline.scenarioHash,
    savedAt: baseline.savedAt,
    runs: baseline.runs.length,
    ...(sittings === 0 ? {} : { sittings }),
  };
}

function caveatsOf(a: SavedBaseline, b: SavedBaseline): readonly string[] {
  const [lastA, lastB] = [a.runs.at(-1), b.runs.at(-1)];
  const shared = a.runs.filter(({ runId }) => b.runs.some((run) => run.runId === runId)).length;
  return [
    ...(shared > 0 ? [`A and B share ${shared === 1 ? 'a run' : `${shared} runs`}: what differs is seen too small.`] : []),
    ...workloadCaveat(a.scenarioHash, b.scenarioHash),
    ...(lastA === undefined || lastB === undefined ? [] : machineCaveat(lastA.host, lastB.host)),
    ...(
      [
        ['A', a],
        ['B', b],
      ] as const
    ).flatMap(([name, { runs }]) => {
      const last = runs.at(-1);
      const others = last === undefined ? [] : runs.filter(({ host }) => machineCaveat(host, last.host).length > 0);
      return others.length === 0 ? [] : [`${name} holds runs of machines of several classes.`];
    }),
  ];
}

/** Geometric mean over the sittings; over the runs where they are not told. */
function figureOf(
  { runs }: SavedBaseline,
  of: (run: SavedBaseline['runs'][number]) => number | undefined,
): ComparedValue | undefined {
  const sittings = bySitting(runs);
  const logs = (sittings ?? runs.map((run) => [run]))
    .map((each) => each.flatMap((run) => of(run) ?? []).filter((value) => value > 0))
    .filter((values) => values.length > 0)
    .map((values) => values.map((value) => Math.log(value)));
  const [first] = logs;
  if (first === undefined) return undefined;
  const prediction = predictionOf(logs);
  const mean = prediction?.mean ?? first.reduce((sum, log) => sum + log, 0) / first.length;
  const interval =
    prediction === undefined || sittings === undefined || logs.length < SITTINGS ? undefined : intervalOf(prediction);
  return told(Math.exp(mean), interval);
}

function intervalOf({ mean, meanError, meanDf }: Prediction): readonly [number, number] {
  const arm = studentTQuantile(0.975, meanDf) * meanError;
  return [Math.exp(mean - arm), Math.exp(mean + arm)];
}

/** Share of all calls that succeeded; the mean of the runs where one does not count them. */
function successOf(baseline: SavedBaseline): ComparedValue | undefined {
  const counted = countedOf(baseline);
  const { runs } = baseline;
  const rate =
    counted === undefined
      ? runs.reduce((sum, { errorRate }) => sum + errorRate, 0) / runs.length
      : counted.failures / counted.calls;
  return told(1 - rate);
}
