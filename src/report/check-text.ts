import type { Check } from '../result/verdict.js';
import { ABSENT, givenLatencyText, givenRatioText, quantileText, rateText, ratioText, valueText } from '../text/figure-text.js';

/** Metrics of which more is better: their limit is a floor, all others have a ceiling. */
const FLOORS: ReadonlySet<string> = new Set(['success', 'throughput']);

/** A figure of a check with the unit that the check names. */
export function checkValueText(
  value: number | null | undefined,
  unit: string | undefined,
  timeoutMs: number | undefined,
): string {
  if (value === undefined) return ABSENT;
  if (unit === 'us') return quantileText(value, timeoutMs);
  if (value === null) return 'no answer';
  if (unit === 'ratio') return ratioText(value);
  if (unit === '1/s') return rateText(value);
  return unit === undefined || unit === 'count' ? valueText(value) : `${valueText(value)} ${unit}`;
}

/** `≤ 400 ms`, `≥ 99.00 %`; absent when the check has no limit. */
export function checkLimitText({ metric, limit, unit }: Check): string {
  if (limit === undefined) return ABSENT;
  const text =
    unit === 'us' ? givenLatencyText(limit) : unit === 'ratio' ? givenRatioText(limit) : checkValueText(limit, unit, undefined);
  return `${FLOORS.has(metric) ? '≥' : '≤'} ${text}`;
}

/** `p999` is written p99.9. */
const quantileName = (key: string): string => (key === 'p999' ? 'p99.9' : key);

/** What the metric of a check is called in words. */
export function metricText(metric: string): string {
  const ofAnswered = /^answered (.+)$/.exec(metric)?.[1];
  if (ofAnswered === 'max') return 'largest time to any answer';
  if (ofAnswered !== undefined) return `${quantileName(ofAnswered)} time to any answer`;
  if (/^p[\d.]+$/.test(metric)) return `${quantileName(metric)} response time`;
  if (metric === 'max') return 'largest response time';
  return metric === 'success' ? 'success rate' : metric;
}
