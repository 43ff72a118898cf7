import type { Chart, ChartUnit } from './chart.js';

/** Vega expressions that write the labels of an axis: each with its unit. `format` keeps the grouping of thousands. */
const Y_LABELS: Readonly<Record<ChartUnit, string>> = {
  ms: "datum.value >= 1000 ? format(datum.value / 1000, '~r') + ' s' : datum.value < 1 && datum.value > 0 ? format(datum.value * 1000, '~r') + ' µs' : format(datum.value, '~r') + ' ms'",
  perS: "format(datum.value, ',~r') + '/s'",
  count: "format(datum.value, ',~r')",
  cores: "format(datum.value, '~r')",
  MiB: "format(datum.value, ',~r') + ' MiB'",
  plain: "abs(datum.value) >= 100000 ? format(datum.value, '~s') : format(datum.value, ',~r')",
  health: "datum.value === 1 ? 'ok' : datum.value === 0 ? 'failing' : ''",
};

export const yLabelExpression = (unit: ChartUnit): string => Y_LABELS[unit];

/** A unit of time in which an axis has round numbers: seconds up to 5 min, minutes up to 5 h, then hours. */
export function timeUnit([from, to]: readonly [number, number]): { readonly seconds: number; readonly name: 's' | 'min' | 'h' } {
  const span = to - from;
  if (span <= 300) return { seconds: 1, name: 's' };
  return span <= 18_000 ? { seconds: 60, name: 'min' } : { seconds: 3600, name: 'h' };
}

/** Labels of the x axis; time values have already been put into `timeUnit`. */
export const xLabelExpression = ({ x }: Chart): string =>
  x.kind === 'time'
    ? `format(datum.value, ',~r') + ' ${timeUnit(x.domain).name}'`
    : "datum.value === 1 ? '0 %' : datum.value === 2 ? '50 %' : format(100 - 100 / datum.value, '.8~r') + ' %'";
