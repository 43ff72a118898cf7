import type { Chart, ChartBand, ChartMark } from './chart.js';
import { LINE_NAME } from './chart-look.js';
import { POINTS, rounded, xScaled } from './chart-rows.js';

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
        mark: { ...LINE_NAME, clip: true, dx: 6, dy: -3, ...paint },
        encoding: { x: { field: 'start', ...POINTS }, y, text: { field: 'label' } },
      })),
    ],
  };
}

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
        mark: { ...LINE_NAME, clip: true, dx: 5, dy: -6, fill: 'var(--ink)' },
        encoding: { x: from, y: foot, text: { field: 'label' } },
      },
    ],
  };
}
