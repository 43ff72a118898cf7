import type { Chart, ChartBand } from './chart.js';
import { POINTS, xScaled } from './chart-rows.js';

const BAND_FILLS: Readonly<Record<ChartBand['kind'], string>> = {
  plain: 'var(--band-plain)',
  alternate: 'var(--band-alternate)',
  'warm-up': 'var(--band-warm-up)',
  fault: 'var(--band-fault)',
  recovery: 'var(--band-recovery)',
  unanswered: 'var(--band-fault)',
};

/** Borders that tell bands apart without colour. */
const BAND_DASHES: Readonly<Partial<Record<ChartBand['kind'], readonly number[]>>> = {
  fault: [1, 0],
  recovery: [4, 3],
  unanswered: [1, 0],
};

/** Stretches of the x axis behind the lines, phases and faults for instance, with borders and names. */
export function bandLayer(chart: Chart): object {
  const values = chart.bands.map(({ from, to, label, kind }) => ({
    from: xScaled(chart, from),
    to: xScaled(chart, to),
    label,
    fill: BAND_FILLS[kind],
    edge: BAND_DASHES[kind] ?? [1, 3],
    wide: kind === 'fault' || kind === 'unanswered' ? 1.25 : 0.75,
  }));
  const from = { field: 'from', ...POINTS };
  const [x0, x1] = chart.x.kind === 'time' ? ['x0', 'x1'] : ['log(x0)', 'log(x1)'];
  const at = (field: string): string => (chart.x.kind === 'time' ? `datum.${field}` : `log(datum.${field})`);
  return {
    data: { values },
    layer: [
      {
        mark: { type: 'rect', clip: true },
        encoding: { x: from, x2: { field: 'to' }, fill: { field: 'fill', type: 'nominal', scale: null } },
      },
      {
        mark: { type: 'rule', clip: true, stroke: 'var(--axis)' },
        encoding: {
          x: from,
          strokeDash: { field: 'edge', type: 'nominal', scale: null },
          strokeWidth: { field: 'wide', type: 'quantitative', scale: null },
        },
      },
      {
        // A name stands at the visible start of its band, is cut to its width, and left out where not even a few letters fit.
        transform: [
          { calculate: 'max(datum.from, x0)', as: 'start' },
          { calculate: `width * (min(${at('to')}, ${x1}) - max(${at('from')}, ${x0})) / (${x1} - ${x0}) - 8`, as: 'room' },
          { filter: 'datum.room > 40' },
        ],
        mark: {
          type: 'text',
          clip: true,
          align: 'left',
          baseline: 'top',
          dx: 5,
          dy: 4,
          fontSize: 11,
          fill: 'var(--ink-soft)',
          limit: { expr: 'datum.room * slack' },
        },
        encoding: { x: { field: 'start', ...POINTS }, y: { value: 0 }, text: { field: 'label' } },
      },
    ],
  };
}
