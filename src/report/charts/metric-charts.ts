import { valueText } from '../../text/figure-text.js';
import { oneLine } from '../../text/one-line.js';
import type { ReportView } from '../report-view.js';
import type { Chart } from './chart.js';
import { seriesStyle } from './series-styles.js';
import { largest, timeChart } from './time-chart.js';

/** Charts of metric families: more would bury the report; the rest stands in a table. */
const MAX_CHARTS = 6;
/** Lines that a small chart can tell apart. */
const MAX_LINES = 6;

interface Member {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/**
 * Series of the target's Prometheus page, one chart a family: `mcp_` first, what every process tells of itself last. Counters are drawn as
 * change per second. Series that never changed, and the parts of histograms, are left to the table.
 */
export function metricCharts(view: ReportView): readonly Chart[] {
  const families = new Map<string, Member[]>();
  for (const [name, values] of Object.entries(view.analysis.series.metrics)) {
    const family = name.replace(/\{.*$/s, '');
    if (/_(bucket|sum|count)$/.test(family) || new Set(values.filter((value) => value !== null)).size < 2) continue;
    const member = { name, values: isCounter(family) ? changePerSecond(values, view.analysis.series.stepS) : values };
    families.set(family, [...(families.get(family) ?? []), member]);
  }
  return [...families]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .slice(0, MAX_CHARTS)
    .map(([family, members], index) => familyChart(view, family, members, index));
}

function familyChart(view: ReportView, family: string, members: readonly Member[], index: number): Chart {
  const shown = members.slice(0, MAX_LINES);
  const title = oneLine(family, 80);
  const peaks = shown.map(({ name, values }) => `${labelOf(name)}: at most ${valueText(largest(values) ?? 0)}`);
  return timeChart(view, {
    id: `metric-${index}`,
    title: isCounter(family) ? `${title}, change per second` : title,
    ...(members.length > MAX_LINES
      ? { caption: `The first ${MAX_LINES} of ${members.length} series; the others are in the table below.` }
      : {}),
    summary: `${title} over time, as the metrics page of the server gave it${isCounter(family) ? ', as change per second' : ''}. ${peaks.join('; ')}.`,
    y: {
      unit: 'plain',
      title: isCounter(family) ? 'change per second' : 'value, in the unit that the name gives',
      scale: 'linear',
    },
    series: shown.map(({ name, values }, line) => ({ id: `m${line}`, label: labelOf(name), style: seriesStyle(line), values })),
    size: 'half',
    merge: isCounter(family) ? 'mean' : 'last',
  });
}

/** Prometheus names counters so (https://prometheus.io/docs/practices/naming/). */
const isCounter = (family: string): boolean => family.endsWith('_total');

const rank = (family: string): number =>
  family.startsWith('mcp_') ? 0 : /^(process|nodejs|go|python|jvm)_/.test(family) ? 2 : 1;

/** Difference to the reading before, over the time between them; none at the first reading and where a counter began again. */
export function changePerSecond(values: readonly (number | null)[], stepS: number): readonly (number | null)[] {
  let before: { readonly index: number; readonly value: number } | undefined;
  return values.map((value, index) => {
    if (value === null) return null;
    const change =
      before === undefined || value < before.value ? null : (value - before.value) / ((index - before.index) * stepS);
    before = { index, value };
    return change;
  });
}

const labelOf = (name: string): string => {
  const labels = /\{(.*)\}$/s.exec(name)?.[1];
  return oneLine(labels === undefined || labels === '' ? name : labels, 60);
};
