import type { TopLevelSpec } from 'vega-lite';
import { yLabelExpression } from './axis-text.js';
import type { ChartUnit } from './chart.js';
import { CHART_CONFIG, CHART_FRAME, CHART_SIZES, type ChartSize } from './chart-look.js';
import type { Bar } from './xy-chart.js';

const BAR_HEIGHT = 34;
/** With room for the name above the bar. */
const COMPACT_BAR_HEIGHT = 54;

/** Horizontal bars with the interval of each value, in the order given. */
export function barChartSpec(bars: readonly Bar[], unit: ChartUnit, size: ChartSize = 'wide'): TopLevelSpec {
  const compact = size === 'compact';
  const y = {
    field: 'label',
    type: 'nominal',
    sort: null,
    // Bars without a figure keep their place.
    scale: { domain: bars.map(({ label }) => label) },
    axis: compact ? null : { title: null, labelLimit: 260, domain: false, ticks: false },
  } as const;
  const x = {
    type: 'quantitative',
    scale: { zero: true, nice: 5 },
    axis: { title: null, labelExpr: yLabelExpression(unit), tickCount: compact ? 3 : 6 },
  } as const;
  const intervals = bars.filter(({ low, high }) => low !== undefined && high !== undefined);
  return {
    width: CHART_SIZES[size].width,
    height: 30 + bars.length * (compact ? COMPACT_BAR_HEIGHT : BAR_HEIGHT),
    ...CHART_FRAME,
    padding: { left: compact ? 8 : 0, right: compact ? 16 : 90, top: 4, bottom: 0 },
    layer: [
      {
        data: { values: bars.filter(({ value }) => value !== undefined) },
        mark: { type: 'bar', fill: 'var(--series-1)', fillOpacity: 0.55, stroke: 'var(--series-1)', height: 18 },
        encoding: { y, x: { field: 'value', ...x } },
      },
      ...(intervals.length === 0
        ? []
        : [
            {
              data: { values: [...intervals] },
              mark: { type: 'rule', stroke: 'var(--ink)', strokeWidth: 1.5 },
              encoding: { y, x: { field: 'low', ...x }, x2: { field: 'high' } },
            },
          ]),
      compact
        ? {
            data: { values: bars.map((bar) => ({ ...bar, zero: 0, named: `${bar.label}: ${bar.text}` })) },
            mark: { type: 'text', align: 'left', baseline: 'bottom', dy: -11, fontSize: 12, fill: 'var(--ink)' },
            encoding: { y, x: { field: 'zero', ...x }, text: { field: 'named' } },
          }
        : {
            data: { values: bars.map((bar) => ({ ...bar, end: Math.max(bar.value ?? 0, bar.high ?? 0) })) },
            mark: { type: 'text', align: 'left', dx: 6, fontSize: 12, fill: 'var(--ink)' },
            encoding: { y, x: { field: 'end', ...x }, text: { field: 'text' } },
          },
    ],
    config: { ...CHART_CONFIG, axisY: { ...CHART_CONFIG.axisY, minExtent: 0, maxExtent: 280, grid: false } },
  } as unknown as TopLevelSpec;
}
