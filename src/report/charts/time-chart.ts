import type { Segment } from '../../scenario/plan/segment.js';
import { oneLine } from '../../text/one-line.js';
import type { ReportView } from '../report-view.js';
import type { Chart, ChartBand, ChartMark } from './chart.js';

type TimeChart = Omit<Chart, 'x' | 'bands' | 'marks' | 'limits' | 'size' | 'merge'> &
  Partial<Pick<Chart, 'limits' | 'size' | 'merge'>>;

/** Phases, faults and recoveries as bands; ordinary phases alternate in shade so that their borders show. */
function phaseBands(segments: readonly Segment[]): readonly ChartBand[] {
  let shade = false;
  return segments.map(({ name, kind, startS, endS }) => {
    const own = kind === 'fault' || kind === 'recovery' || kind === 'warm-up';
    if (!own) shade = !shade;
    const kindOfBand = own ? kind : shade ? 'plain' : 'alternate';
    return { from: startS, to: endS, label: oneLine(name, 60), kind: kindOfBand };
  });
}

/** The scenario's own commands. */
const eventMarks = ({ result }: ReportView): readonly ChartMark[] =>
  (result.events ?? []).map(({ name, startS, endS }) => ({
    from: startS,
    ...(endS === undefined ? {} : { to: endS }),
    label: oneLine(name, 40),
  }));

/** A chart over the time of the run. Points stand in the middle of the stretch that they count. */
export function timeChart(view: ReportView, chart: TimeChart): Chart {
  const { analysis, segments, endS } = view;
  const marks = eventMarks(view);
  const { t, stepS } = analysis.series;
  return {
    limits: [],
    size: 'wide',
    merge: 'mean',
    ...chart,
    x: { kind: 'time', values: t.map((start) => start + stepS / 2), domain: [0, endS] },
    bands: phaseBands(segments),
    ...(marks.length === 0 ? {} : { marks }),
  };
}

const present = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);

/** Largest value; undefined when there is none. */
export const largest = (values: readonly (number | null)[]): number | undefined => {
  const all = present(values);
  return all.length === 0 ? undefined : all.reduce((most, value) => Math.max(most, value));
};

export const smallest = (values: readonly (number | null)[]): number | undefined => {
  const all = present(values);
  return all.length === 0 ? undefined : all.reduce((least, value) => Math.min(least, value));
};

export const scaled = (values: readonly (number | null)[], factor: number): readonly (number | null)[] =>
  values.map((value) => (value === null ? null : value * factor));

/** Whether there is anything to draw. */
export const hasFigures = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null);
