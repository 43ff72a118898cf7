import type { LatencyFigures } from '../result/latency-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { Segment } from '../scenario/plan/segment.js';
import { latencyText, quantileText } from '../text/figure-text.js';
import { hasRetries } from './error-words.js';
import type { ReportInput } from './report-input.js';

/** What the parts of a report share: the input, and what several of them derive from it. */
export type LatencyKey = 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max';

export interface ReportView extends ReportInput {
  readonly result: MeasuredResult;
  /** Segments that have time of their own, in order. */
  readonly segments: readonly Segment[];
  /** End of the time axis in seconds: planned end of the load, or the last second measured. */
  readonly endS: number;
  /** Calls were tried again, so the success of first attempts is a figure of its own. */
  readonly retries: boolean;
  /** A latency with its unit; where it falls among unanswered calls, beyond what it is known to exceed. */
  readonly latency: (figures: LatencyFigures | undefined, key: LatencyKey) => string;
  /** What a quantile among unanswered calls reads as: `> 5 s`. */
  readonly beyondText: string;
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
    retries: hasRetries(analysis.result),
    latency: (figures, key) => latencyFigureText(figures, key, analysis.timeoutMs),
    beyondText: quantileText(null, analysis.timeoutMs),
  };
}

const RISING: readonly LatencyKey[] = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'];

/**
 * One of the latency figures in words. An unanswered call waited for the timeout at least; response time counts from when it was due, so
 * after a backlog even an answered quantile can lie beyond the timeout, and an unanswered one lies beyond that.
 */
export function latencyFigureText(figures: LatencyFigures | undefined, key: LatencyKey, timeoutMs: number): string {
  const value = figures?.[key];
  if (value !== null || figures === undefined) return quantileText(value, timeoutMs);
  const known = RISING.map((each) => figures[each] ?? 0).reduce((most, each) => Math.max(most, each));
  return known > timeoutMs * 1000 ? `> ${latencyText(known)}` : quantileText(null, timeoutMs);
}
