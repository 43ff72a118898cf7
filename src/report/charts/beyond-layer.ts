import type { Chart } from './chart.js';
import { POINTS, rounded, xScaled } from './chart-rows.js';

/** Height of the names of bands, and of a row of triangles, in pixels. */
export const LABEL_ROOM = 20;

export const BEYOND_ROW = 10;

export const hasBeyond = ({ series }: Chart): boolean => series.some(({ beyond }) => beyond?.includes(true));

/** Triangles at the upper edge: the quantile lies among calls that were never answered. */
export function beyondLayer(chart: Chart, byColour: object): object {
  const values = chart.series.flatMap(({ id, beyond }, index) =>
    (beyond ?? []).flatMap((is, at) =>
      is
        ? [{ x: rounded(xScaled(chart, chart.x.values[at] ?? 0)), series: id, edge: LABEL_ROOM + BEYOND_ROW * (index + 0.2) }]
        : [],
    ),
  );
  return {
    data: { values },
    transform: [{ filter: 'indexof(hidden, datum.series) < 0' }],
    mark: { type: 'point', shape: 'triangle-up', filled: true, size: 34, opacity: 1, clip: true },
    encoding: { x: { field: 'x', ...POINTS }, y: { field: 'edge', ...POINTS, scale: null }, color: byColour },
  };
}
