import type { Chart, ChartMark } from './chart.js';
import { POINTS, xScaled } from './chart-rows.js';

/** A line where something was done, a strip at the foot of the chart for as long as it took, and its name beside the line. */
export function markLayer(chart: Chart, marks: readonly ChartMark[]): object {
  const values = marks.map(({ from, to, label }) => ({ from: xScaled(chart, from), to: xScaled(chart, to ?? from), label }));
  const from = { field: 'from', ...POINTS };
  const foot = { value: { expr: 'height' } };
  return {
    data: { values },
    layer: [
      { mark: { type: 'rule', clip: true, stroke: 'var(--ink)', strokeWidth: 1.5, strokeDash: [2, 2] }, encoding: { x: from } },
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--ink)', strokeWidth: 4, yOffset: -2 },
        encoding: { x: from, x2: { field: 'to' }, y: foot },
      },
      {
        transform: [{ filter: 'datum.from >= x0 && datum.from < x1' }],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'bottom',
          dx: 5,
          dy: -6,
          fontSize: 11,
          fontWeight: 600,
          fill: 'var(--ink)',
        },
        encoding: { x: from, y: foot, text: { field: 'label' } },
      },
    ],
  };
}
