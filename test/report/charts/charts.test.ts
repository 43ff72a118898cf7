import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../src/report/charts/chart.js';
import { chartTable } from '../../../src/report/charts/chart-table.js';
import { drawChart } from '../../../src/report/charts/draw-chart.js';
import { latencyChart } from '../../../src/report/charts/latency-chart.js';
import { changePerSecond } from '../../../src/report/charts/metric-charts.js';
import { seriesStyle } from '../../../src/report/charts/series-styles.js';
import { spectrumChart } from '../../../src/report/charts/spectrum-chart.js';
import { errorChart, trafficChart } from '../../../src/report/charts/traffic-charts.js';
import { reportView } from '../../../src/report/report-view.js';
import { sloLines } from '../../../src/report/slo-lines.js';
import type { Slo } from '../../../src/scenario/objective.js';
import type { Segment, SegmentKind } from '../../../src/scenario/plan/segment.js';
import { EVENTS, FAILING, FAULT, PASSING, reportInputOf } from '../example-runs.js';

const chart = (over: Partial<Chart> = {}): Chart => ({
  id: 'x',
  title: 'A chart',
  summary: 'A chart of something',
  x: { kind: 'time', values: [0.5, 1.5, 2.5, 3.5], domain: [0, 4] },
  y: { unit: 'ms', title: 'time', scale: 'linear' },
  series: [{ id: 'a', label: 'a', style: seriesStyle(0), values: [1, null, 3, 4] }],
  bands: [],
  limits: [],
  merge: 'mean',
  size: 'wide',
  ...over,
});

describe('SLO lines', () => {
  const segment = (id: number, kind: SegmentKind, startS: number, endS: number, phase = 'steady'): Segment => ({
    id,
    name: phase,
    phase,
    kind,
    startS,
    endS,
    faults: [],
  });
  const timeline = [
    segment(0, 'warm-up', 0, 3, 'warm-up'),
    segment(1, 'steady', 3, 8),
    segment(2, 'fault', 8, 16),
    segment(3, 'recovery', 16, 20),
    segment(4, 'steady', 20, 28),
    segment(5, 'burst', 28, 33, 'burst'),
    segment(6, 'edge', 8, 8),
  ];
  const slo: Slo = {
    declared: true,
    p95Ms: 400,
    tools: {},
    during: { fault: { p95Ms: 1000 }, burst: { p99Ms: 900, p95Ms: 400 } },
  };

  it('stand over what they judge, and join where they go on', () => {
    expect(sloLines(slo, timeline)).toEqual([
      { quantile: 'p95', limitMs: 400, fromS: 3, toS: 8 },
      { quantile: 'p95', limitMs: 1000, fromS: 8, toS: 16 },
      { quantile: 'p95', limitMs: 400, fromS: 20, toS: 33 },
      { quantile: 'p99', limitMs: 900, fromS: 28, toS: 33 },
    ]);
  });
});

describe('the table behind a chart', () => {
  it('has each point where they are few', () => {
    expect(chartTable(chart())).toEqual({
      head: ['from the start', 'a'],
      rows: [
        ['0 s', '1.00 ms'],
        ['1 s', 'none'],
        ['2 s', '3.00 ms'],
        ['3 s', '4.00 ms'],
      ],
    });
  });

  const long = (merge: Chart['merge']) => {
    const xs = Array.from({ length: 600 }, (_, index) => index + 0.5);
    return chartTable(
      chart({
        merge,
        x: { kind: 'time', values: xs, domain: [0, 600] },
        series: [{ id: 'a', label: 'a', style: seriesStyle(0), values: xs.map((_, index) => index % 10) }],
      }),
    );
  };

  it('joins points into at most 60 rows, and says how', () => {
    expect(long('mean').rows).toHaveLength(60);
    expect(long('mean').rows[1]).toEqual(['10 s', '4.50 ms']);
    expect(long('max').rows[1]).toEqual(['10 s', '9.00 ms']);
    expect(long('min').rows[1]).toEqual(['10 s', '0 µs']);
    expect(long('last').rows[1]).toEqual(['10 s', '9.00 ms']);
    expect(long('max').joined).toContain('10 points');
  });

  it('does not hide that a quantile lay among unanswered calls', () => {
    const table = chartTable(
      chart({
        merge: 'max',
        beyondText: '> 3 s',
        series: [{ id: 'a', label: 'p99', style: seriesStyle(0), values: [1, null, 3, 4], beyond: [false, true, false, false] }],
      }),
    );
    expect(table.rows[1]).toEqual(['1 s', '> 3 s']);
  });
});

describe('charts of a run', () => {
  it('mark quantiles among unanswered calls, and only those', () => {
    const view = reportView(reportInputOf(FAILING));
    const { series } = latencyChart(view);
    const p99 = series.find(({ id }) => id === 'p99');
    expect(p99?.beyond?.slice(0, 28).some(Boolean)).toBe(false);
    expect(p99?.beyond?.slice(28)).toEqual([true, true, true, true, true]);
    const healthy = latencyChart(reportView(reportInputOf(PASSING)));
    expect(healthy.series.some(({ beyond }) => beyond?.includes(true))).toBe(false);
  });

  it('end the percentile spectrum where unanswered calls begin', () => {
    const view = reportView(reportInputOf(FAILING));
    const spectrum = spectrumChart(view);
    const { response } = view.result.groups.find(({ by }) => by === 'judged')?.latencyUs ?? {};
    const share = (response?.unanswered ?? 0) / ((response?.unanswered ?? 0) + (response?.count ?? 0));
    expect(share).toBeGreaterThan(0.04);
    expect(spectrum?.bands).toEqual([expect.objectContaining({ from: 1 / share, kind: 'unanswered' })]);
    expect(Math.max(...(spectrum?.x.values ?? []))).toBeLessThanOrEqual((1 / share) * 1.26);
    expect(spectrum?.limits).toEqual([expect.objectContaining({ from: 1, value: 400, label: 'SLO p95 400 ms' })]);
    expect(spectrum?.limits[0]?.to).toBeCloseTo(20, 6);
  });

  it('mark the commands of the scenario, and draw a line and a name for each', async () => {
    const drawn = trafficChart(reportView(reportInputOf(EVENTS)));
    expect(drawn.marks).toEqual([
      { from: 8.01, to: 11.21, label: 'rolling-update' },
      { from: 20.02, to: 20.12, label: 'scale-out' },
    ]);
    const { svg } = await drawChart(drawn);
    expect(svg).toContain('>rolling-update</text>');
    expect(svg).toContain('>scale-out</text>');
    expect(svg.match(/stroke="var\(--ink\)"/g)?.length).toBeGreaterThanOrEqual(4);
    expect(trafficChart(reportView(reportInputOf(PASSING)))).not.toHaveProperty('marks');
  });

  it('count the classes of errors that the run had', () => {
    const view = reportView(reportInputOf(FAULT));
    expect(errorChart(view)?.series.map(({ label }) => label)).toEqual(['timeout']);
    expect(errorChart(view)?.summary).toContain('timeout, 4 calls');
  });
});

describe('a drawn chart', () => {
  it('escapes names, and breaks a line where there is no figure', async () => {
    const { svg } = await drawChart(
      chart({
        bands: [{ from: 0, to: 4, label: '<script>&"', kind: 'plain' }],
        series: [{ id: 'a', label: 'a', style: seriesStyle(0), values: [1, 2, null, 3, 4] }],
        x: { kind: 'time', values: [0.5, 1.5, 2.5, 3.5, 3.9], domain: [0, 4] },
      }),
    );
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script');
    const line =
      /<path[^>]* d="([^"]*)"[^>]*stroke="var\(--series-1\)"/.exec(svg)?.[1] ??
      /stroke="var\(--series-1\)"[^>]* d="([^"]*)"/.exec(svg)?.[1];
    expect(line?.match(/M/g)).toHaveLength(2);
    expect(line).not.toMatch(/\d\.\d\d/);
  });

  it('places a value where it belongs', async () => {
    const { svg } = await drawChart(
      chart({
        y: { unit: 'count', title: 'n', scale: 'linear' },
        series: [{ id: 'a', label: 'a', style: seriesStyle(0), values: [0, 10, 10, 0] }],
      }),
    );
    const line = /<path[^>]* d="(M[^"]*)"[^>]*stroke="var\(--series-1\)"/.exec(svg)?.[1] ?? '';
    const points = [...line.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    expect(points).toHaveLength(4);
    const [first, second, third, last] = points as [
      readonly [number, number],
      readonly [number, number],
      readonly [number, number],
      readonly [number, number],
    ];
    expect(second[1]).toBeLessThan(first[1]);
    expect(third[1]).toBe(second[1]);
    expect(last[1]).toBe(first[1]);
    expect(second[0] - first[0]).toBeCloseTo(last[0] - third[0], 0);
  });
});

describe('counters', () => {
  it('become change per second: over gaps too, and never across a restart', () => {
    expect(changePerSecond([10, 30, null, 60, 5, 9], 2)).toEqual([null, 10, null, 7.5, null, 2]);
  });
});

describe('styles of series', () => {
  it('are never the same twice', () => {
    const styles = Array.from({ length: 56 }, (_, index) => JSON.stringify(seriesStyle(index)));
    expect(new Set(styles).size).toBe(56);
  });
});
