import type { TopLevelSpec } from 'vega-lite';
import { yLabelExpression } from './axis-text.js';
import { CHART_CONFIG, CHART_FRAME, CHART_SIZES, type ChartSize, LINE_NAME } from './chart-look.js';
import type { PointKind, XyChart } from './xy-chart.js';

/** Shape, and colour beside it, of each kind of point. */
export const POINT_STYLES: Readonly<Record<PointKind, { readonly shape: string; readonly colour: string }>> = {
  pass: { shape: 'circle', colour: 'var(--pass)' },
  fail: { shape: 'cross', colour: 'var(--fail)' },
  insufficient: { shape: 'diamond', colour: 'var(--inconclusive)' },
  invalid: { shape: 'square', colour: 'var(--ink-soft)' },
  plain: { shape: 'circle', colour: 'var(--series-1)' },
  'left-out': { shape: 'square', colour: 'var(--ink-soft)' },
};

/** Powers of ten between the smallest and the largest value, with 2 and 5 between them where they are few. */
function ticksOf(values: readonly number[]): readonly number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [];
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.ceil(Math.log10(Math.max(...positive)));
  const steps = high - low <= 2 ? [1, 2, 5] : [1];
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).flatMap((decade) =>
    steps.map((step) => decade * step),
  );
}

const number = (field: string) => ({ field, type: 'quantitative' }) as const;

const X_TICKS: Readonly<Record<ChartSize, number>> = { wide: 10, half: 6, compact: 4 };

/** The Vega-Lite form of a chart of points and curves. */
export function xyChartSpec(chart: XyChart, size: ChartSize = chart.size): TopLevelSpec {
  const { x, y, points, lines, band, stretch, limits } = chart;
  const scaleOf = ({ scale }: XyChart['x']) =>
    scale === 'log' ? { type: 'log' as const, nice: false } : { type: 'linear' as const, zero: true, nice: 6 };
  const axisOf = ({ unit, scale }: XyChart['x'], tickCount: number, values: readonly number[]) => ({
    title: null,
    labelExpr: yLabelExpression(unit),
    tickCount,
    ...(scale === 'log' ? { values: ticksOf(values) } : {}),
    ...(unit === 'count' ? { tickMinStep: 1 } : {}),
  });
  const xChannel = (field: string) => ({
    ...number(field),
    scale: scaleOf(x),
    axis: axisOf(
      x,
      X_TICKS[size],
      points.map((point) => point.x),
    ),
  });
  const yChannel = (field: string) => ({
    ...number(field),
    scale: scaleOf(y),
    axis: axisOf(y, 4, [
      ...points.map((point) => point.y),
      ...lines.flatMap(({ values }) => values.map(([, value]) => value)),
      ...limits.map((limit) => limit.y),
    ]),
  });
  const layers: object[] = [];
  if (stretch !== undefined) {
    layers.push(
      {
        data: { values: [stretch] },
        mark: { type: 'rect', fill: 'var(--band-recovery)', stroke: 'var(--axis)' },
        encoding: { x: xChannel('from'), x2: { field: 'to' } },
      },
      {
        data: { values: [stretch] },
        mark: { type: 'text', align: 'right', baseline: 'top', dx: -4, dy: 4, fontSize: 11, fill: 'var(--ink-soft)' },
        encoding: { x: xChannel('from'), y: { value: 0 }, text: { field: 'label' } },
      },
    );
  }
  if (band !== undefined) {
    layers.push({
      data: { values: band.values.map(([at, low, high]) => ({ x: at, low, high })) },
      mark: { type: 'area', fill: 'var(--series-1)', fillOpacity: 0.16 },
      encoding: { x: xChannel('x'), y: yChannel('low'), y2: { field: 'high' } },
    });
  }
  for (const { style, values } of lines) {
    layers.push({
      data: { values: values.map(([at, value]) => ({ x: at, y: value })) },
      mark: {
        type: 'line',
        stroke: style.colour,
        strokeWidth: 1.75,
        strokeDash: style.dash.length === 0 ? [1, 0] : [...style.dash],
      },
      encoding: { x: xChannel('x'), y: yChannel('y') },
    });
  }
  if (points.length > 0) {
    layers.push({
      data: {
        values: points.map(({ kind, hollow, ...at }) => ({
          ...at,
          ...POINT_STYLES[kind],
          fill: hollow === true ? 'transparent' : POINT_STYLES[kind].colour,
        })),
      },
      mark: { type: 'point', size: 62, strokeWidth: 1.5, opacity: 1 },
      encoding: {
        x: xChannel('x'),
        y: yChannel('y'),
        shape: { field: 'shape', type: 'nominal', scale: null },
        stroke: { field: 'colour', type: 'nominal', scale: null },
        fill: { field: 'fill', type: 'nominal', scale: null },
      },
    });
  }
  if (limits.length > 0) {
    layers.push(
      {
        data: { values: limits },
        mark: { type: 'rule', stroke: 'var(--limit)', strokeWidth: 1.25, strokeDash: [5, 3] },
        encoding: { y: yChannel('y') },
      },
      {
        data: { values: limits },
        mark: { ...LINE_NAME, dx: 6, dy: -3, fill: 'var(--limit)' },
        encoding: { x: { value: 0 }, y: yChannel('y'), text: { field: 'label' } },
      },
    );
  }
  return {
    ...CHART_SIZES[size],
    ...CHART_FRAME,
    padding: { left: 0, right: 8, top: 8, bottom: 0 },
    layer: layers,
    config: CHART_CONFIG,
  } as unknown as TopLevelSpec;
}
