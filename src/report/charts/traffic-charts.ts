import { countText, rateText } from '../../text/figure-text.js';
import type { ReportView } from '../report-view.js';
import type { Chart } from './chart.js';
import { seriesStyle, TRAFFIC_STYLES } from './series-styles.js';
import { largest, timeChart } from './time-chart.js';

/** Offered, achieved and good calls per second: where they part, the server could not follow. */
export function trafficChart(view: ReportView): Chart {
  const { series, result } = view.analysis;
  const { offeredRate, achievedRate, goodput } = result.totals;
  return timeChart(view, {
    id: 'traffic',
    title: 'Throughput',
    caption:
      'Healthy: achieved and goodput follow offered. Offered: calls due in that second. Achieved: calls that ended in it, failed ones too. Goodput: successful calls.',
    summary: `Calls per second over time. After warm-up ${rateText(offeredRate)} were offered, ${rateText(achievedRate)} achieved, ${rateText(goodput)} were goodput; at most ${rateText(largest(series.offeredPerS))} were offered.`,
    y: { unit: 'perS', title: 'calls per second', scale: 'linear' },
    series: [
      { id: 'offered', label: 'offered', style: TRAFFIC_STYLES.offered, values: series.offeredPerS },
      { id: 'achieved', label: 'achieved', style: TRAFFIC_STYLES.achieved, values: series.completedPerS },
      { id: 'goodput', label: 'goodput', style: TRAFFIC_STYLES.goodput, values: series.okPerS },
    ],
  });
}

/** Most classes that a chart can tell apart. */
const MAX_CLASSES = 7;

/** Failed calls per second by class; undefined when none failed. */
export function errorChart(view: ReportView): Chart | undefined {
  const { series } = view.analysis;
  const classes = Object.entries(series.errorsPerS)
    .map(([name, values]) => ({ name, values, sum: values.reduce((sum, value) => sum + value, 0) }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum);
  if (classes.length === 0) return undefined;
  const shown = classes.length > MAX_CLASSES + 1 ? classes.slice(0, MAX_CLASSES) : classes;
  const rest = classes.slice(shown.length);
  const other = series.t.map((_, index) => rest.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const calls = (sum: number): string => countText(Math.round(sum * series.stepS), 'call');
  return timeChart(view, {
    id: 'errors',
    title: 'Failed calls',
    caption:
      'By class. Dropped calls (no free slot while the generator was on time) and unfinished calls are failures of the server, so they count here.',
    summary: `Failed calls per second over time, by class: ${classes.map(({ name, sum }) => `${name}, ${calls(sum)}`).join('; ')}.`,
    y: { unit: 'perS', title: 'failed calls per second', scale: 'linear' },
    series: [
      ...shown.map(({ name, values }, index) => ({ id: `error-${index}`, label: name, style: seriesStyle(index), values })),
      ...(rest.length === 0
        ? []
        : [
            {
              id: 'error-other',
              label: `${countText(rest.length, 'other class', 'other classes')}`,
              style: seriesStyle(shown.length),
              values: other,
            },
          ]),
    ],
  });
}

/** Calls in flight: the queue inside and before the server. */
export function inFlightChart(view: ReportView): Chart {
  const { inFlight } = view.analysis.series;
  const peak = largest(inFlight);
  return timeChart(view, {
    id: 'in-flight',
    title: 'Calls in flight',
    caption: 'A queue is building where this rises while the offered rate does not.',
    summary: `Mean number of calls in flight over time${peak === undefined ? '' : `, at most ${countText(peak, 'call')}`}.`,
    y: { unit: 'count', title: 'calls in flight (mean)', scale: 'linear' },
    series: [{ id: 'in-flight', label: 'in flight', style: seriesStyle(0), values: inFlight }],
  });
}
