import type { TopLevelSpec } from 'vega-lite';
import { CHART_CONFIG, CHART_FRAME, CHART_SIZES, type ChartSize } from './chart-look.js';

/** One metric of a gate: its change, its interval, and the change of each pair. Shares: 0.05 is 5 % more. */
export interface RatioRow {
  readonly label: string;
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: readonly number[];
  /** What counts as worse, and what a change has to stay under. */
  readonly regression: number;
  readonly margin: number;
  readonly worse: boolean;
}

const ROW_HEIGHT = 46;
/** Of the lines of both limits. */
const LINE_HEIGHT = 30;
/** Changes of single pairs beyond it are drawn at the edge. */
const WIDEST = 1;

/** A row for each metric: dots are pairs, the bar is the interval, lines are what counts as worse and what passes. */
export function ratioChartSpec(rows: readonly RatioRow[], size: ChartSize): TopLevelSpec {
  const compact = size === 'compact';
  const reach = Math.min(
    WIDEST,
    Math.max(
      0.12,
      ...rows.flatMap(({ low, high, margin, pairs }) => [Math.abs(low), Math.abs(high), margin, ...pairs.map(Math.abs)]),
    ) * 1.05,
  );
  const inside = (value: number): number => Math.max(-reach, Math.min(reach, value));
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    scale: { domain: rows.map(({ label }) => label) },
    axis: { title: null, labelLimit: compact ? 110 : 220, domain: false, ticks: false },
  } as const;
  const x = {
    type: 'quantitative',
    scale: { domain: [-reach, reach], nice: false },
    axis: { title: null, format: '+.0%', tickCount: compact ? 4 : 8 },
  } as const;
  const line = (field: 'regression' | 'margin', dash: readonly number[]): object => ({
    data: { values: rows.map((row) => ({ label: row.label, at: inside(row[field]) })) },
    // Not a mark of the type tick: that is an area, which has no dashes.
    mark: {
      type: 'rule',
      stroke: 'var(--limit)',
      strokeWidth: 1.5,
      strokeDash: dash,
      yOffset: -LINE_HEIGHT / 2,
      y2Offset: LINE_HEIGHT / 2,
    },
    encoding: { y, y2: { field: 'label' }, x: { field: 'at', ...x } },
  });
  return {
    width: CHART_SIZES[size].width,
    height: 34 + rows.length * ROW_HEIGHT,
    ...CHART_FRAME,
    padding: { left: 0, right: 16, top: 4, bottom: 0 },
    layer: [
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', stroke: 'var(--axis)', strokeWidth: 1 },
        encoding: { x: { field: 'at', ...x } },
      },
      {
        data: { values: rows.flatMap(({ label, pairs }) => pairs.map((change) => ({ label, change: inside(change) }))) },
        mark: { type: 'circle', size: 42, fill: 'var(--series-1)', fillOpacity: 0.45, opacity: 1 },
        encoding: { y, x: { field: 'change', ...x } },
      },
      {
        data: {
          values: rows.map(({ label, low, high, worse }) => ({
            label,
            low: inside(low),
            high: inside(high),
            colour: worse ? 'var(--fail)' : 'var(--ink)',
          })),
        },
        mark: { type: 'rule', strokeWidth: 3 },
        encoding: {
          y,
          x: { field: 'low', ...x },
          x2: { field: 'high' },
          stroke: { field: 'colour', type: 'nominal', scale: null },
        },
      },
      {
        data: {
          values: rows.map(({ label, change, worse }) => ({
            label,
            change: inside(change),
            colour: worse ? 'var(--fail)' : 'var(--ink)',
          })),
        },
        mark: { type: 'point', shape: 'diamond', size: 90, filled: true, opacity: 1 },
        encoding: {
          y,
          x: { field: 'change', ...x },
          fill: { field: 'colour', type: 'nominal', scale: null },
        },
      },
      line('regression', [4, 3]),
      line('margin', [1, 0]),
    ],
    config: { ...CHART_CONFIG, axisY: { ...CHART_CONFIG.axisY, minExtent: 0, maxExtent: 240, grid: false } },
  } as unknown as TopLevelSpec;
}
