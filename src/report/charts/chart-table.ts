import { coresText, latencyText, percentileText, rateText, spanText, valueText } from '../../text/figure-text.js';
import type { Chart, ChartUnit } from './chart.js';

/** Rows of the table behind a chart: enough to follow its course, few enough to listen to. */
const MAX_TABLE_ROWS = 60;

/** The figures of a chart as a table. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How rows were joined; absent when each point has its own. */
  readonly joined?: string;
}

const JOINED = {
  mean: 'the mean of its points',
  max: 'the largest of its points, because percentiles cannot be averaged',
  min: 'the smallest of its points',
  last: 'the last of its points',
} as const;

const UNIT_TEXT: Readonly<Record<ChartUnit, (value: number) => string>> = {
  ms: (value) => latencyText(value * 1000),
  perS: (value) => rateText(value),
  count: (value) => valueText(value),
  cores: (value) => coresText(value),
  MiB: (value) => `${valueText(value)} MiB`,
  plain: (value) => valueText(value),
  health: (value) => (value === 1 ? 'ok' : 'failing'),
};

/** A value of a chart in words, with its unit. */
export const chartValueText = (unit: ChartUnit, value: number): string => UNIT_TEXT[unit](value);

export function chartTable(chart: Chart): ChartTable {
  const { x, y, series, merge } = chart;
  const size = Math.max(1, Math.ceil(x.values.length / MAX_TABLE_ROWS));
  const groups = Array.from({ length: Math.ceil(x.values.length / size) }, (_, index) => index * size);
  const rows = groups.map((from) => {
    const to = Math.min(from + size, x.values.length);
    return [
      xText(chart, from, to),
      ...series.map(({ values, beyond }) => {
        const present = values.slice(from, to).filter((value) => value !== null);
        if (merge === 'max' && beyond?.slice(from, to).includes(true)) return chart.beyondText ?? 'no answer';
        return present.length === 0 ? 'none' : UNIT_TEXT[y.unit](joinedValue(present, merge));
      }),
    ];
  });
  const head = [x.kind === 'time' ? 'from the start' : 'percentile', ...series.map(({ label }) => label)];
  return { head, rows, ...(size > 1 ? { joined: `Each row covers ${size} points and shows ${JOINED[merge]}.` } : {}) };
}

const joinedValue = (values: readonly number[], merge: Chart['merge']): number => {
  if (merge === 'max') return Math.max(...values);
  if (merge === 'min') return Math.min(...values);
  if (merge === 'last') return values.at(-1) ?? 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

function xText({ x }: Chart, from: number, to: number): string {
  const first = x.values[from] ?? 0;
  if (x.kind === 'time') return spanText(Math.floor(first));
  const last = x.values[to - 1] ?? first;
  return percentileText(last);
}
