import type { Chart } from './chart.js';
import { POINTS, xScaled } from './chart-rows.js';

/** The limits of the objective, each over the stretch of time that it judges, with its name. */
export function limitLayer(chart: Chart): object {
  const values = chart.limits.map(({ from, to, value, label }) => ({
    from: xScaled(chart, from),
    to: xScaled(chart, to),
    limit: value,
    label,
  }));
  const y = { field: 'limit', ...POINTS };
  return {
    data: { values },
    layer: [
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--limit)', strokeWidth: 1.25, strokeDash: [5, 3] },
        encoding: { x: { field: 'from', ...POINTS }, x2: { field: 'to' }, y },
      },
      // Twice: first as a halo in the colour of the page, so that the name stays readable where a line runs through it.
      ...[
        { fill: 'var(--surface)', stroke: 'var(--surface)', strokeWidth: 4, strokeJoin: 'round' },
        { fill: 'var(--limit)' },
      ].map((paint) => ({
        transform: [{ filter: 'datum.to > x0 && datum.from < x1' }, { calculate: 'max(datum.from, x0)', as: 'start' }],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'bottom',
          dx: 6,
          dy: -3,
          fontSize: 11,
          fontWeight: 600,
          ...paint,
        },
        encoding: { x: { field: 'start', ...POINTS }, y, text: { field: 'label' } },
      })),
    ],
  };
}
