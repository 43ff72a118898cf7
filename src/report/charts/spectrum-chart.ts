import { QUANTILE_LIMITS } from '../../scenario/quantile-limits.js';
import { countText, givenLatencyText, numberText, ratioText } from '../../text/figure-text.js';
import type { ReportView } from '../report-view.js';
import type { Chart, ChartBand, ChartLimit } from './chart.js';
import { seriesStyle } from './series-styles.js';

/** Position on the axis of a percentile spectrum: log(1 / (1 - p)), after the HDR histogram plotter. */
const position = (percentile: number): number => 1 / (1 - percentile);

/** Response and service time at rising percentiles; undefined when nothing was answered. */
export function spectrumChart(view: ReportView): Chart | undefined {
  const { spectrum, slo, result } = view.analysis;
  const at = new Map<number, { response?: number; service?: number }>();
  const finite = [...spectrum.response, ...spectrum.service]
    .map(({ percentile }) => percentile)
    .filter((percentile) => percentile < 1);
  if (finite.length === 0) return undefined;
  // The largest value has no place on a scale that ends at 100 %: it stands a fifth beyond the last percentile.
  const last = position(finite.reduce((most, percentile) => Math.max(most, percentile)));
  const maximum = last * 1.25;
  for (const key of ['response', 'service'] as const) {
    for (const { percentile, valueUs } of spectrum[key]) {
      const x = percentile < 1 ? position(percentile) : maximum;
      at.set(x, { ...at.get(x), [key]: valueUs / 1000 });
    }
  }
  const xs = [...at.keys()].sort((a, b) => a - b);
  const judged = result.groups.find(({ by }) => by === 'judged');
  const unanswered = judged?.latencyUs.response.unanswered ?? 0;
  const total = unanswered + (judged?.latencyUs.response.count ?? 0);
  const share = total === 0 ? 0 : unanswered / total;
  const end = Math.max(
    maximum,
    share > 0 ? (1 / share) * 1.6 : 0,
    ...QUANTILE_LIMITS.filter(([, key]) => slo[key] !== undefined).map(([, , p]) => position(p) * 1.1),
  );
  const bands: ChartBand[] =
    share > 0 ? [{ from: 1 / share, to: end, label: `${numberText(unanswered)} unanswered`, kind: 'unanswered' }] : [];
  // Each limit holds up to its percentile: the curve has to stay under this staircase.
  let from = 1;
  const limits: ChartLimit[] = QUANTILE_LIMITS.flatMap(([name, key, percentile]) => {
    const value = slo[key];
    if (value === undefined) return [];
    const limit = { from, to: position(percentile), value, label: `SLO ${name} ${givenLatencyText(value * 1000)}` };
    from = limit.to;
    return [limit];
  });
  const figures = (key: 'p50' | 'p95' | 'p99'): string =>
    `${key} ${view.latency(judged?.latencyUs.response, key)} response, ${view.latency(judged?.latencyUs.service, key)} service`;
  return {
    id: 'spectrum',
    title: 'Latency percentiles',
    caption: `Response time and service time of judged phases. Where response time is above service time, calls waited before they were sent.${
      share > 0 ? ` The curves end at ${ratioText(1 - share)}, where unanswered calls begin.` : ''
    }`,
    summary: `Percentile spectrum of the judged phases over ${countText(total, 'call')}: ${figures('p50')}; ${figures('p95')}; ${figures('p99')}.`,
    x: { kind: 'percentile', values: xs, domain: [1, end] },
    y: { unit: 'ms', title: 'latency (logarithmic)', scale: 'log' },
    series: [
      { id: 'response', label: 'response time', style: seriesStyle(0), values: xs.map((x) => at.get(x)?.response ?? null) },
      { id: 'service', label: 'service time', style: seriesStyle(1), values: xs.map((x) => at.get(x)?.service ?? null) },
    ],
    bands,
    limits,
    merge: 'max',
    size: 'wide',
  };
}
