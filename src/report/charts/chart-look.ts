/**
 * Pixels at which charts are drawn when the report is made; a browser that runs scripts draws charts of time again at its own width. `compact`
 * is what a small screen gets of the others.
 */
export const CHART_SIZES = {
  wide: { width: 960, height: 232 },
  half: { width: 470, height: 190 },
  compact: { width: 370, height: 230 },
} as const;

export type ChartSize = keyof typeof CHART_SIZES;

/** The name of a limit or a mark, beside its line. */
export const LINE_NAME = { type: 'text', align: 'left', baseline: 'bottom', fontSize: 11, fontWeight: 600 } as const;

/** What the drawings of all charts have in common. */
export const CHART_FRAME = { autosize: { type: 'fit', contains: 'padding' }, background: 'transparent' } as const;

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
