import type { Segment } from '../load/segment.js';
import type { LatencyFigures, MeasuredResult } from '../measure/result.js';
import { quantileText } from './figure-text.js';
import type { ReportInput } from './report-input.js';

/** What the parts of a report share: the input, and what several of them derive from it. */
export interface ReportView extends ReportInput {
  readonly result: MeasuredResult;
  /** Segments that have time of their own, in order. */
  readonly segments: readonly Segment[];
  /** End of the time axis in seconds: planned end of the load, or the last second measured. */
  readonly endS: number;
  /** A quantile with its unit; beyond the timeout where it falls among unanswered calls. */
  readonly quantile: (us: number | null | undefined) => string;
}

export function reportView(input: ReportInput): ReportView {
  const { analysis } = input;
  const segments = analysis.timeline.filter(({ kind }) => kind !== 'edge');
  const { t, stepS } = analysis.series;
  const measuredS = t.length === 0 ? 0 : (t.at(-1) ?? 0) + stepS;
  return {
    ...input,
    result: analysis.result,
    segments,
    endS: Math.max(segments.at(-1)?.endS ?? 0, measuredS, 1),
    quantile: (us) => quantileText(us, analysis.timeoutMs),
  };
}

/** Calls that a latency figure rests on. */
export const sampleCount = ({ count, unanswered }: LatencyFigures): number => count + unanswered;
