import { coresText, latencyText, ratioText, spanText, valueText } from '../../text/figure-text.js';
import type { ReportView } from '../report-view.js';
import type { Chart } from './chart.js';
import { seriesStyle } from './series-styles.js';
import { hasFigures, largest, scaled, timeChart } from './time-chart.js';

const MIB = 1024 ** 2;

/** Processor, memory, threads and descriptors of the server under test, as far as they could be read. */
export function processCharts(view: ReportView): readonly Chart[] {
  const { series } = view.analysis;
  const one = (
    id: string,
    title: string,
    unit: 'cores' | 'MiB' | 'count',
    axis: string,
    values: readonly (number | null)[],
  ): Chart[] => {
    if (!hasFigures(values)) return [];
    const peak = largest(values) ?? 0;
    const text = unit === 'cores' ? coresText(peak) : `${valueText(peak)}${unit === 'MiB' ? ' MiB' : ''}`;
    return [
      timeChart(view, {
        id,
        title,
        summary: `${title}, over time; at most ${text}.`,
        y: { unit, title: axis, scale: 'linear' },
        series: [{ id, label: axis, style: seriesStyle(0), values }],
        size: 'half',
        merge: 'max',
      }),
    ];
  };
  return [
    ...one('server-cpu', 'CPU of the server under test', 'cores', 'cores in use', series.processCores),
    ...one('server-memory', 'Memory of the server under test', 'MiB', 'resident memory', scaled(series.processRssBytes, 1 / MIB)),
    ...one('server-threads', 'Threads of the server under test', 'count', 'threads', series.processThreads),
    ...one('server-descriptors', 'Open descriptors of the server under test', 'count', 'descriptors', series.processDescriptors),
  ];
}

/** Whether the health probes were answered well; undefined when there were none. */
export function healthChart(view: ReportView): Chart | undefined {
  const { health } = view.analysis.series;
  const probes = (['ready', 'live'] as const).filter((probe) => hasFigures(health[probe] ?? []));
  if (probes.length === 0) return undefined;
  const failing = (values: readonly (0 | 1 | null)[]): number => values.filter((value) => value === 0).length;
  const { stepS } = view.analysis.series;
  return timeChart(view, {
    id: 'health',
    title: 'Health probes',
    caption: 'A point is failing when any probe in it got no good answer in time.',
    summary: `Health probes over time: ${probes.map((probe) => `${probe} was failing in ${spanText(failing(health[probe] ?? []) * stepS)}`).join('; ')}.`,
    y: { unit: 'health', title: 'answer of the probe', scale: 'linear' },
    series: probes.map((probe, index) => ({ id: probe, label: probe, style: seriesStyle(index), values: health[probe] ?? [] })),
    merge: 'min',
  });
}

/** Lateness of starts and CPU use of the generator and its machine. */
export function generatorCharts(view: ReportView): readonly Chart[] {
  const { series } = view.analysis;
  const lateness = scaled(series.latenessP99Us, 1 / 1000);
  const charts: Chart[] = [];
  if (hasFigures(lateness)) {
    charts.push(
      timeChart(view, {
        id: 'lateness',
        title: 'Lateness of starts',
        summary: `p99 of the lateness of starts over time; at most ${latencyText((largest(lateness) ?? 0) * 1000)}.`,
        y: { unit: 'ms', title: 'lateness of starts, p99', scale: 'linear' },
        series: [{ id: 'lateness', label: 'p99', style: seriesStyle(0), values: lateness }],
        size: 'half',
        merge: 'max',
      }),
    );
  }
  if (hasFigures(series.generatorCores)) {
    const busy = hasFigures(series.hostBusy) ? `; the machine was at most ${ratioText(largest(series.hostBusy))} busy` : '';
    charts.push(
      timeChart(view, {
        id: 'generator-cpu',
        title: 'CPU of plimsoll',
        summary: `CPU use of the generator over time; at most ${coresText(largest(series.generatorCores))}${busy}.`,
        y: { unit: 'cores', title: 'cores in use', scale: 'linear' },
        series: [{ id: 'generator', label: 'plimsoll', style: seriesStyle(0), values: series.generatorCores }],
        size: 'half',
      }),
    );
  }
  return charts;
}
