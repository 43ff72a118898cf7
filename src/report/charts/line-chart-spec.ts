import type { TopLevelSpec } from 'vega-lite';
import { timeUnit, xLabelExpression, yLabelExpression } from './axis-text.js';
import type { Chart, ChartBand, ChartMark } from './chart.js';

/** Pixels at which charts are drawn when the report is made; a browser that runs scripts draws them again at its own width. */
export const CHART_SIZES = { wide: { width: 960, height: 232 }, half: { width: 470, height: 190 } } as const;

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** How charts of a report look, whatever they show. */
export const CHART_CONFIG = {
  aria: false,
  font: FONT,
  view: { stroke: null },
  axis: {
    labelColor: 'var(--ink-soft)',
    labelFontSize: 11,
    gridColor: 'var(--grid)',
    domainColor: 'var(--axis)',
    tickColor: 'var(--axis)',
    tickSize: 4,
    labelPadding: 5,
  },
  axisY: { domain: false, ticks: false, minExtent: 50, maxExtent: 50 },
  axisX: { labelFlush: true, labelOverlap: true },
} as const;

const BAND_FILLS: Readonly<Record<ChartBand['kind'], string>> = {
  plain: 'var(--band-plain)',
  alternate: 'var(--band-alternate)',
  'warm-up': 'var(--band-warm-up)',
  fault: 'var(--band-fault)',
  recovery: 'var(--band-recovery)',
  unanswered: 'var(--band-fault)',
};

/** Borders that tell bands apart without colour. */
const BAND_DASHES: Readonly<Partial<Record<ChartBand['kind'], readonly number[]>>> = {
  fault: [1, 0],
  recovery: [4, 3],
  unanswered: [1, 0],
};

/** Height of the names of bands, and of a row of triangles, in pixels. */
const LABEL_ROOM = 20;
const BEYOND_ROW = 10;

const hasBeyond = ({ series }: Chart): boolean => series.some(({ beyond }) => beyond?.includes(true));

const POINTS = { type: 'quantitative' } as const;

/** Rows of a chart as Vega reads them, by column so that a page holds each number once. */
export interface ChartRows {
  readonly x: readonly number[];
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Values of the x axis in the unit of its labels. */
export const xScaled = (chart: Chart, value: number): number =>
  chart.x.kind === 'time' ? value / timeUnit(chart.x.domain).seconds : value;

export const rowsOf = (chart: Chart): ChartRows => ({
  x: chart.x.values.map((value) => rounded(xScaled(chart, value))),
  columns: Object.fromEntries(
    chart.series.map(({ id, values }) => [id, values.map((value) => (value === null ? null : rounded(value)))]),
  ),
});

/** Five significant digits are finer than a pixel. */
const rounded = (value: number): number => Number(value.toPrecision(5));

/**
 * The Vega-Lite form of a line chart. Its data source `rows` is empty, to be filled from `rowsOf`. Parameters: `x0` and `x1` (visible
 * part of the x axis), `pad` (neighbours kept beside it, so that lines reach the edge), `hidden` (ids of series not shown), `slack` (how far text may seem too wide).
 */
export function lineChartSpec(chart: Chart): TopLevelSpec {
  const { x, y, series } = chart;
  const log = y.scale === 'log';
  const [x0, x1] = x.domain.map((value) => xScaled(chart, value)) as [number, number];
  const xScale = {
    type: x.kind === 'percentile' ? 'log' : 'linear',
    domainMin: { expr: 'x0' },
    domainMax: { expr: 'x1' },
    nice: false,
    ...(x.kind === 'time' ? { zero: false } : {}),
  } as const;
  const xAxis = {
    title: null,
    labelExpr: xLabelExpression(chart),
    grid: x.kind === 'percentile',
    ...(x.kind === 'percentile'
      ? { values: [1, 2, 10, 20, 100, 1000, 1e4, 1e5, 1e6, 1e7] }
      : { tickCount: chart.size === 'wide' ? 12 : 6 }),
  };
  const domainMin = y.scale === 'log' ? {} : { domainMin: 0 };
  // The names of the bands, and the triangles, have the upper edge to themselves.
  const top = (chart.bands.length === 0 ? 0 : LABEL_ROOM) + (hasBeyond(chart) ? series.length * BEYOND_ROW : 0);
  const range = [{ expr: 'height' }, top];
  const yScale =
    y.unit === 'health'
      ? { type: 'linear' as const, domainMin: -0.2, domainMax: 1.2, nice: false, range }
      : {
          type: log ? ('log' as const) : ('linear' as const),
          ...domainMin,
          nice: log ? true : 4,
          ...(log ? {} : { zero: true }),
          range,
        };
  const yAxis = {
    title: null,
    labelExpr: yLabelExpression(y.unit),
    tickCount: 4,
    ...(y.unit === 'health' ? { values: [0, 1] } : log ? { values: logTicks(chart) } : {}),
    ...(y.unit === 'count' ? { tickMinStep: 1 } : {}),
  };
  const styled = {
    domain: series.map(({ id }) => id),
    colours: series.map(({ style }) => style.colour),
    dashes: series.map(({ style }) => (style.dash.length === 0 ? [1, 0] : [...style.dash])),
  };
  const byColour = {
    field: 'series',
    type: 'nominal',
    legend: null,
    scale: { domain: styled.domain, range: styled.colours },
  } as const;
  return {
    ...CHART_SIZES[chart.size],
    ...(y.unit === 'health' ? { height: 118 } : {}),
    autosize: { type: 'fit', contains: 'padding' },
    padding: { left: 0, right: 4, top: 4, bottom: 0 },
    background: 'transparent',
    params: [
      { name: 'x0', value: x0 },
      { name: 'x1', value: x1 },
      { name: 'pad', value: padOf(chart) },
      { name: 'hidden', value: [] },
      // Without a canvas the width of text is estimated, a third too wide.
      { name: 'slack', value: 1.3 },
    ],
    layer: [
      ...(chart.bands.length === 0 ? [] : [bandLayer(chart)]),
      {
        data: { name: 'rows' },
        transform: [
          { filter: 'datum.x >= x0 - pad && datum.x <= x1 + pad' },
          { fold: series.map(({ id }) => id), as: ['series', 'value'] },
          { filter: 'indexof(hidden, datum.series) < 0' },
        ],
        mark: {
          type: 'line',
          clip: true,
          strokeWidth: 1.75,
          strokeJoin: 'round',
          invalid: 'break-paths-filter-domains',
          interpolate: y.unit === 'health' ? 'step' : 'linear',
        },
        encoding: {
          x: { field: 'x', ...POINTS, scale: xScale, axis: xAxis },
          y: { field: 'value', ...POINTS, scale: yScale, axis: yAxis },
          color: byColour,
          strokeDash: { field: 'series', type: 'nominal', legend: null, scale: { domain: styled.domain, range: styled.dashes } },
        },
      },
      ...(chart.marks === undefined || chart.marks.length === 0 ? [] : [markLayer(chart, chart.marks)]),
      ...(hasBeyond(chart) ? [beyondLayer(chart, byColour)] : []),
      ...(chart.limits.length === 0 ? [] : [limitLayer(chart)]),
    ],
    config: CHART_CONFIG,
  } as unknown as TopLevelSpec;
}

/** Powers of ten, and between them 2 and 5 where few decades would leave the axis bare. */
function logTicks({ series, limits }: Chart): readonly number[] {
  const values = [...series.flatMap((one) => one.values), ...limits.map(({ value }) => value)].filter(
    (value) => value !== null && value > 0,
  ) as number[];
  const exponent = (value: number): number => Math.log10(value);
  const low = Math.floor(exponent(values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)));
  const high = Math.ceil(exponent(values.reduce((most, value) => Math.max(most, value), 0)));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const steps = high - low <= 2 ? [1, 2, 5] : [1];
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return decades.flatMap((decade) => steps.map((step) => Number((decade * step).toPrecision(3))));
}

const padOf = (chart: Chart): number => {
  const { values } = chart.x;
  const widest = values.slice(1).reduce((largest, value, index) => Math.max(largest, value - (values[index] ?? value)), 0);
  return chart.x.kind === 'time' ? rounded(xScaled(chart, widest) * 1.01) : x1Of(chart);
};

/** Percentile axes are logarithmic: all points stay in. */
const x1Of = (chart: Chart): number => chart.x.domain[1];

function bandLayer(chart: Chart): object {
  const values = chart.bands.map(({ from, to, label, kind }) => ({
    from: xScaled(chart, from),
    to: xScaled(chart, to),
    label,
    fill: BAND_FILLS[kind],
    edge: BAND_DASHES[kind] ?? [1, 3],
    wide: kind === 'fault' || kind === 'unanswered' ? 1.25 : 0.75,
  }));
  const from = { field: 'from', ...POINTS };
  const [x0, x1] = chart.x.kind === 'time' ? ['x0', 'x1'] : ['log(x0)', 'log(x1)'];
  const at = (field: string): string => (chart.x.kind === 'time' ? `datum.${field}` : `log(datum.${field})`);
  return {
    data: { values },
    layer: [
      {
        mark: { type: 'rect', clip: true },
        encoding: { x: from, x2: { field: 'to' }, fill: { field: 'fill', type: 'nominal', scale: null } },
      },
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--axis)' },
        encoding: {
          x: from,
          strokeDash: { field: 'edge', type: 'nominal', scale: null },
          strokeWidth: { field: 'wide', type: 'quantitative', scale: null },
        },
      },
      {
        // A name stands at the visible start of its band, is cut to its width, and left out where not even a few letters fit.
        transform: [
          { calculate: 'max(datum.from, x0)', as: 'start' },
          { calculate: `width * (min(${at('to')}, ${x1}) - max(${at('from')}, ${x0})) / (${x1} - ${x0}) - 8`, as: 'room' },
          { filter: 'datum.room > 40' },
        ],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'top',
          dx: 5,
          dy: 4,
          fontSize: 11,
          fill: 'var(--ink-soft)',
          limit: { expr: 'datum.room * slack' },
        },
        encoding: { x: { field: 'start', ...POINTS }, y: { value: 0 }, text: { field: 'label' } },
      },
    ],
  };
}

/** A line where something was done, a strip at the foot of the chart for as long as it took, and its name beside the line. */
function markLayer(chart: Chart, marks: readonly ChartMark[]): object {
  const values = marks.map(({ from, to, label }) => ({ from: xScaled(chart, from), to: xScaled(chart, to ?? from), label }));
  const from = { field: 'from', ...POINTS };
  const foot = { value: { expr: 'height' } };
  return {
    data: { values },
    layer: [
      { mark: { type: 'rule', clip: true, stroke: 'var(--ink)', strokeWidth: 1.5, strokeDash: [2, 2] }, encoding: { x: from } },
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--ink)', strokeWidth: 4, yOffset: -2 },
        encoding: { x: from, x2: { field: 'to' }, y: foot },
      },
      {
        transform: [{ filter: 'datum.from >= x0 && datum.from < x1' }],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'bottom',
          dx: 5,
          dy: -6,
          fontSize: 11,
          fontWeight: 600,
          fill: 'var(--ink)',
        },
        encoding: { x: from, y: foot, text: { field: 'label' } },
      },
    ],
  };
}

function limitLayer(chart: Chart): object {
  const values = chart.limits.map(({ from, to, value, label }) => ({
    from: xScaled(chart, from),
    to: xScaled(chart, to),
    limit: value,
    label,
  }));
  const y = { field: 'limit', ...POINTS };
  return {
    data: { values },
    layer: [
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--limit)', strokeWidth: 1.25, strokeDash: [5, 3] },
        encoding: { x: { field: 'from', ...POINTS }, x2: { field: 'to' }, y },
      },
      // Twice: first as a halo in the colour of the page, so that the name stays readable where a line runs through it.
      ...[
        { fill: 'var(--surface)', stroke: 'var(--surface)', strokeWidth: 4, strokeJoin: 'round' },
        { fill: 'var(--limit)' },
      ].map((paint) => ({
        transform: [{ filter: 'datum.to > x0 && datum.from < x1' }, { calculate: 'max(datum.from, x0)', as: 'start' }],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'bottom',
          dx: 6,
          dy: -3,
          fontSize: 11,
          fontWeight: 600,
          ...paint,
        },
        encoding: { x: { field: 'start', ...POINTS }, y, text: { field: 'label' } },
      })),
    ],
  };
}

/** Triangles at the upper edge: the quantile lies among calls that were never answered. */
function beyondLayer(chart: Chart, byColour: object): object {
  const values = chart.series.flatMap(({ id, beyond }, index) =>
    (beyond ?? []).flatMap((is, at) =>
      is
        ? [{ x: rounded(xScaled(chart, chart.x.values[at] ?? 0)), series: id, edge: LABEL_ROOM + BEYOND_ROW * (index + 0.2) }]
        : [],
    ),
  );
  return {
    data: { values },
    transform: [{ filter: 'indexof(hidden, datum.series) < 0' }],
    mark: { type: 'point', shape: 'triangle-up', filled: true, size: 34, opacity: 1, clip: true },
    encoding: { x: { field: 'x', ...POINTS }, y: { field: 'edge', ...POINTS, scale: null }, color: byColour },
  };
}
