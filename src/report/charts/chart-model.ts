import type { Spec } from 'vega';
import type { ChartUnit, SeriesStyle } from './chart.js';
import type { ChartRows } from './chart-rows.js';

/** A series as the page draws it in a legend and under the pointer. */
export interface ModelSeries extends SeriesStyle {
  readonly id: string;
  readonly label: string;
  /** Indexes of the rows where the value is beyond all that was answered; absent when there are none. */
  readonly beyond?: readonly number[];
}

/** What a report holds of a chart beside its picture, as JSON: enough to draw it again and to answer the pointer. */
export interface ChartModel {
  /** Compiled by Vega-Lite; its data source `rows` is empty. */
  readonly spec: Spec;
  readonly rows: ChartRows;
  /** `unit` is that of the axis: `s`, `min` or `h` for time. */
  readonly x: { readonly kind: 'time' | 'percentile'; readonly unit: string };
  readonly unit: ChartUnit;
  readonly series: readonly ModelSeries[];
  /** What a value beyond all answered calls reads as. */
  readonly beyond: string;
}
