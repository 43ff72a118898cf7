import type { GateFigures, GateMetricFigures } from '../result/gate-figures.js';
import { ABSENT, latencyText, percentText, signedPercent } from '../text/figure-text.js';

/** A metric as the reader calls it: `p95`, `success`, `CPU per call`, `p95 of search_orders`. */
export const metricText = ({ name, metric }: Pick<GateMetricFigures, 'name' | 'metric'>): string =>
  metric === 'cpu' ? name.replace('cpu', 'CPU per call') : name;

/** How a metric changed, with what the pairs leave open: `+5 % (-3 .. +9 %)`. */
export function changeText(
  metric: Pick<GateMetricFigures, 'unit' | 'ratio' | 'interval' | 'baseline' | 'candidate' | 'high'>,
): string {
  const { unit, ratio, interval, baseline, candidate, high } = metric;
  if (unit === 'ratio') {
    if (typeof baseline !== 'number' || typeof candidate !== 'number') return ABSENT;
    const fewer = baseline - candidate;
    const bound = high === undefined ? '' : ` (at most ${percentText(Math.max(0, high))} more failures)`;
    if (fewer === 0) return `0${bound}`;
    return `${percentText(Math.abs(fewer))} ${fewer > 0 ? 'more' : 'fewer'} failures${bound}`;
  }
  if (ratio === undefined) return baseline === null || candidate === null ? 'among calls that were never answered' : ABSENT;
  if (interval === undefined) return signedPercent(ratio - 1);
  return `${signedPercent(ratio - 1)} (${signedPercent(interval[0] - 1)} .. ${signedPercent(interval[1] - 1)})`;
}

/** A figure of one build: a time, or the share of calls that succeeded. */
export function buildFigureText(unit: GateMetricFigures['unit'], value: number | null | undefined): string {
  if (value === undefined) return ABSENT;
  if (value === null) return 'no answer';
  return unit === 'us' ? latencyText(value) : percentText(value);
}

/**
 * What the gate could have found: the largest of the smallest detectable changes of its metrics, or which of them spreads too far for any.
 * Undefined where there are too few pairs to say.
 */
export function detectsText({ metrics, looks }: Pick<GateFigures, 'metrics' | 'looks'>): string | undefined {
  const told = metrics.filter(({ pairSd }) => pairSd !== undefined);
  if (told.length === 0) return undefined;
  const blind = told.filter(({ smallestDetectable }) => smallestDetectable === undefined);
  if (blind.length > 0)
    return `finds no change of ${blind.map(metricText).join(' and ')} for sure: its pairs spread too far on this machine`;
  const largest = Math.max(...told.map(({ smallestDetectable = 0 }) => smallestDetectable));
  return `finds ${signedPercent(largest)} in up to ${looks.at(-1)} pairs on this machine`;
}
