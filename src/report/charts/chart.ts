/** Units that a chart can have; values are given in them. */
export type ChartUnit = 'ms' | 'perS' | 'count' | 'cores' | 'MiB' | 'plain' | 'health';

/** How a series is drawn. Dash and colour differ both, so that no reading hangs on colour. */
export interface SeriesStyle {
  /** A CSS colour, as a custom property of the page: charts follow the theme of the reader. */
  readonly colour: string;
  /** Lengths of dashes and gaps in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly style: SeriesStyle;
  readonly values: readonly (number | null)[];
  /** Where the value is beyond all that was answered: a quantile among calls that never were. Drawn at the upper edge. */
  readonly beyond?: readonly boolean[];
}

/** A stretch of the x axis with a name, such as a phase. */
export interface ChartBand {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly kind: 'plain' | 'alternate' | 'warm-up' | 'fault' | 'recovery' | 'unanswered';
}

/** Something of the user's own that happened at a moment, and how long it went on. */
export interface ChartMark {
  readonly from: number;
  readonly to?: number;
  readonly label: string;
}

/** A limit over a stretch of the x axis. */
export interface ChartLimit {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly label: string;
}

/** A line chart, independent of how it is drawn. */
export interface Chart {
  /** Unique in the page; letters, digits and hyphens. */
  readonly id: string;
  /** A sentence-like label. */
  readonly title: string;
  /** What the chart shows in words, with its main figures: what a screen reader says in place of the picture. */
  readonly summary: string;
  /** How to read it, below the title. */
  readonly caption?: string;
  readonly x: {
    /** `time`: seconds from the start of the first phase; such charts share zoom and cursor. `percentile`: 1 / (1 - p). */
    readonly kind: 'time' | 'percentile';
    readonly values: readonly number[];
    readonly domain: readonly [number, number];
  };
  readonly y: { readonly unit: ChartUnit; readonly title: string; readonly scale: 'linear' | 'log' };
  readonly series: readonly ChartSeries[];
  readonly bands: readonly ChartBand[];
  readonly limits: readonly ChartLimit[];
  readonly marks?: readonly ChartMark[];
  /** What a quantile among unanswered calls reads as: `> 5 s`. */
  readonly beyondText?: string;
  /** How rows are joined when the table behind the chart would be too long. A percentile of several buckets is not their mean: its largest is told. */
  readonly merge: 'mean' | 'max' | 'min' | 'last';
  readonly size: 'wide' | 'half';
}
