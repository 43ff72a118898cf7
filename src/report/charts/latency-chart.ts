import { givenLatencyText, latencyText } from '../../text/figure-text.js';
import type { ReportView } from '../report-view.js';
import { sloLines } from '../slo-lines.js';
import type { Chart, ChartLimit } from './chart.js';
import { QUANTILE_STYLES } from './series-styles.js';
import { largest, scaled, smallest, timeChart } from './time-chart.js';

/** Above this ratio of largest to smallest value a linear axis would press the small ones flat. */
const LOG_ABOVE = 40;

/** Response time quantiles over time with the limits that hold there. */
export function latencyChart(view: ReportView): Chart {
  const { series, slo, timeline } = view.analysis;
  const { response } = series;
  const limits: ChartLimit[] = sloLines(slo, timeline).map(({ quantile, limitMs, fromS, toS }) => ({
    from: fromS,
    to: toS,
    value: limitMs,
    label: `SLO ${quantile} ${givenLatencyText(limitMs * 1000)}`,
  }));
  const quantiles = (['p50', 'p95', 'p99'] as const).map((id) => ({
    id,
    label: id,
    style: QUANTILE_STYLES[id],
    values: scaled(response[id], 1 / 1000),
    // No figure although calls were due: it lies among those that were never answered.
    beyond: response[id].map((value, index) => value === null && (series.droppedPerS[index] ?? 0) + unanswered(view, index) > 0),
  }));
  const most = Math.max(largest(quantiles.flatMap(({ values }) => values)) ?? 1, ...limits.map(({ value }) => value));
  const least = smallest(quantiles.flatMap(({ values }) => values)) ?? most;
  const peaks = quantiles.map(({ label, values, beyond }) =>
    beyond.includes(true) ? `${label} among unanswered calls` : `${label} ${peakText(largest(values))}`,
  );
  return timeChart(view, {
    id: 'latency',
    title: 'Response time',
    caption:
      `Each quantile must stay below its limit line. From the moment when a call was due to its end, successful calls only. ${
        quantiles.some(({ beyond }) => beyond.includes(true))
          ? `Triangles at the upper edge: the quantile is among unanswered calls (${view.beyondText}).`
          : ''
      }`.trim(),
    summary: `Response time over time. Largest values of a single point: ${peaks.join(', ')}. ${limits.length === 0 ? 'No limit was set for these quantiles.' : `Limits: ${[...new Set(limits.map(({ label }) => label))].join(', ')}.`}`,
    y: {
      unit: 'ms',
      title: most / least > LOG_ABOVE ? 'response time (logarithmic)' : 'response time',
      scale: most / least > LOG_ABOVE ? 'log' : 'linear',
    },
    series: quantiles,
    limits,
    beyondText: view.beyondText,
    merge: 'max',
  });
}

const peakText = (ms: number | undefined): string => (ms === undefined ? 'not measured' : latencyText(ms * 1000));

const unanswered = ({ analysis }: ReportView, index: number): number =>
  (
    [
      'timeout',
      'connect-failed',
      'connection-reset',
      'truncated',
      'stream-lost',
      'crash',
      'unfinished',
      'token-unavailable',
      'unsendable',
      'cancelled',
    ] as const
  ).reduce((sum, name) => sum + (analysis.series.errorsPerS[name]?.[index] ?? 0), 0);
