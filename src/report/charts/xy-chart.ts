import type { ChartUnit, SeriesStyle } from './chart.js';

/** How a point is drawn: shape and filling say what it is, colour only repeats it. */
export type PointKind = 'pass' | 'fail' | 'insufficient' | 'invalid' | 'plain' | 'left-out';

export interface XyPoint {
  readonly x: number;
  readonly y: number;
  readonly kind: PointKind;
  /** Diverging, or not counted: drawn hollow. */
  readonly hollow?: boolean;
}

export interface XyLine {
  readonly id: string;
  readonly label: string;
  readonly style: SeriesStyle;
  readonly values: readonly (readonly [x: number, y: number])[];
}

/** A chart of points and curves over a number that is not time: rate, callers. Drawn once; the table behind it holds every point. */
export interface XyChart {
  /** Unique in the page; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly caption?: string;
  /** What the chart shows in words: what a screen reader says in place of the picture. */
  readonly summary: string;
  readonly x: { readonly title: string; readonly unit: ChartUnit; readonly scale: 'linear' | 'log' };
  readonly y: { readonly title: string; readonly unit: ChartUnit; readonly scale: 'linear' | 'log' };
  readonly points: readonly XyPoint[];
  /** Names of the kinds of points that stand in the legend. */
  readonly kinds: Readonly<Partial<Record<PointKind, string>>>;
  readonly lines: readonly XyLine[];
  /** Between two curves: x, low, high. */
  readonly band?: { readonly label: string; readonly values: readonly (readonly [x: number, low: number, high: number])[] };
  /** A stretch of the x axis, such as an interval. */
  readonly stretch?: { readonly from: number; readonly to: number; readonly label: string };
  readonly limits: readonly { readonly y: number; readonly label: string }[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly size: 'wide' | 'half';
}

/** A bar with the interval of its value. */
export interface Bar {
  readonly label: string;
  /** Absent where there is no figure: then nothing is drawn, and the text says why. */
  readonly value?: number;
  readonly low?: number;
  readonly high?: number;
  /** Said at the bar. */
  readonly text: string;
}
