import type { TopLevelSpec } from 'vega-lite';
import { xLabelExpression, yLabelExpression } from './axis-text.js';
import type { Chart } from './chart.js';
import { BEYOND_ROW, bandLayer, beyondLayer, hasBeyond, LABEL_ROOM, limitLayer, markLayer } from './chart-layers.js';
import { CHART_CONFIG, CHART_FRAME, CHART_SIZES } from './chart-look.js';
import { POINTS, rounded, xScaled } from './chart-rows.js';

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
    ...CHART_FRAME,
    padding: { left: 0, right: 4, top: 4, bottom: 0 },
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
