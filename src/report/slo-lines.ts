import type { Slo, SloLimits } from '../scenario/objective.js';
import type { Segment } from '../scenario/plan/segment.js';
import { isJudged } from '../scenario/plan/segment-lookup.js';

/** Quantiles that a time line shows. */
export type ChartedQuantile = 'p50' | 'p95' | 'p99';

/** One latency limit over the stretch of the run for which it holds, in milliseconds and seconds from the start of the first phase. */
export interface SloLine {
  readonly quantile: ChartedQuantile;
  readonly limitMs: number;
  readonly fromS: number;
  readonly toS: number;
}

const KEYS = { p50: 'p50Ms', p95: 'p95Ms', p99: 'p99Ms' } as const;

const limitsOver = (slo: Slo, segment: Segment): readonly SloLimits[] => {
  const named = [slo.during[segment.kind], slo.during[segment.phase]].filter((limits) => limits !== undefined);
  return isJudged(segment) ? [slo, ...named] : named;
};

/**
 * Where each latency limit of an SLO is drawn: the plain limits over the segments that they judge, those of `during` over what they name.
 * Neighbours with the same limit make one line. Not drawn: limits of single tools, for the chart shows all
 * tools, and limits over every answered call, for it shows successes.
 */
export function sloLines(slo: Slo, timeline: readonly Segment[]): readonly SloLine[] {
  const lines: SloLine[] = [];
  for (const quantile of ['p50', 'p95', 'p99'] as const) {
    for (const segment of timeline) {
      if (segment.kind === 'edge') continue;
      const limits = new Set(limitsOver(slo, segment).flatMap((given) => given[KEYS[quantile]] ?? []));
      for (const limitMs of limits) {
        const before = lines.findIndex(
          (line) => line.quantile === quantile && line.limitMs === limitMs && line.toS === segment.startS,
        );
        const fromS = lines[before]?.fromS ?? segment.startS;
        if (before >= 0) lines.splice(before, 1);
        lines.push({ quantile, limitMs, fromS, toS: segment.endS });
      }
    }
  }
  return lines;
}
