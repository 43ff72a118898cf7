import { timeUnit } from './axis-text.js';
import type { Chart } from './chart.js';

export const POINTS = { type: 'quantitative' } as const;

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
export const rounded = (value: number): number => Number(value.toPrecision(5));
