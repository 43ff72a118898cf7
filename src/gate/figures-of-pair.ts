import { Tally } from '../analysis/tally.js';
import type { PairBuild, PairEntry } from '../journal/pair-entry.js';
import type { RatioMetric } from '../scenario/gate-settings.js';
import { isRatio, type JudgedMetric } from './gate-rule.js';
import type { BuildFigures, PairFigures } from './pair-figures.js';

const QUANTILES: Readonly<Record<Exclude<RatioMetric, 'cpu'>, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** Counted calls of a build, of one tool or of all, added up. */
export function tallyOf({ cells }: PairBuild, tool?: string): Tally {
  const sum = new Tally();
  for (const cell of cells) if (tool === undefined || cell.tool === tool) sum.addSecond({ ...cell, cell: 0 });
  return sum;
}

/** Microseconds; null among unanswered calls, undefined where nothing was counted. */
export function metricOf(build: PairBuild, { metric, tool }: Pick<JudgedMetric, 'metric' | 'tool'>): number | null | undefined {
  if (!isRatio(metric)) return undefined;
  if (metric === 'cpu') {
    // A tick of the clock by which CPU is counted is no less than nothing.
    return build.cpuS === undefined || build.cpuS <= 0 || build.calls === 0 ? undefined : (build.cpuS * 1e6) / build.calls;
  }
  const sum = tallyOf(build, tool);
  const { response, unanswered } = sum;
  return response.count + unanswered === 0 ? undefined : (response.percentile(QUANTILES[metric], unanswered) ?? null);
}

/** The figures of a pair that a gate decides by. Pure. */
export function figuresOfPair({ baseline, candidate }: PairEntry, metrics: readonly JudgedMetric[]): PairFigures {
  const figuresOf = (build: PairBuild): BuildFigures => ({
    metrics: Object.fromEntries(
      metrics.flatMap((judged) => {
        const value = metricOf(build, judged);
        return value === undefined ? [] : [[judged.name, value] as const];
      }),
    ),
    blocks: build.blocks.map(({ calls, failed }) => ({ of: calls, failed })),
  });
  return { baseline: figuresOf(baseline), candidate: figuresOf(candidate) };
}
