/** Pixels at which charts are drawn when the report is made; a browser that runs scripts draws them again at its own width. */
export const CHART_SIZES = { wide: { width: 960, height: 232 }, half: { width: 470, height: 190 } } as const;

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
