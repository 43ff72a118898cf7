import type { SeriesStyle } from './chart.js';

/** Dashes that can be told apart at 2 px width. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [1, 3], [12, 4], [6, 2, 1, 2, 1, 2]];

/** The nth style of a chart: eight colours of the page and eight dashes, never the same pair twice within 56 series. */
export const seriesStyle = (index: number): SeriesStyle => ({
  colour: `var(--series-${(index % 8) + 1})`,
  dash: DASHES[(index + Math.floor(index / 8)) % 8] ?? [],
});

/** p50, p95 and p99: one hue for the distribution, the further out the stronger. */
export const QUANTILE_STYLES = {
  p50: { colour: 'var(--series-1)', dash: [] },
  p95: { colour: 'var(--series-2)', dash: [7, 3] },
  p99: { colour: 'var(--series-3)', dash: [2, 2.5] },
} as const satisfies Record<string, SeriesStyle>;

export const TRAFFIC_STYLES = {
  offered: { colour: 'var(--ink-soft)', dash: [7, 3] },
  achieved: { colour: 'var(--series-1)', dash: [] },
  goodput: { colour: 'var(--series-4)', dash: [2, 2.5] },
} as const satisfies Record<string, SeriesStyle>;
