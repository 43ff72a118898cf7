import type { CapacityAnswer, ResourceFigures, Trial } from '../../../../result/capacity-figures.js';
import { coresText, countText, latencyText, rateText } from '../../../../text/figure-text.js';
import { chartValueText } from '../../../charts/chart-table.js';
import { seriesStyle } from '../../../charts/series-styles.js';
import type { XyChart, XyLine } from '../../../charts/xy-chart.js';
import { kindsOf } from './latency-by-rate.js';

/** CPU or memory of the server against the rate that it served, trial by trial; undefined where nothing could be read. */
export function resourceChart(
  answer: CapacityAnswer,
  of: 'cpu' | 'memory',
  resources: ResourceFigures | undefined,
): XyChart | undefined {
  const unit = of === 'cpu' ? 'cores' : 'MiB';
  const read = ({ cpuCores, rssBytes }: Trial): number | undefined =>
    of === 'cpu' ? cpuCores : rssBytes === undefined ? undefined : rssBytes / 2 ** 20;
  const trials = answer.trials.flatMap((trial) => {
    const value = read(trial);
    const { achievedRate } = trial;
    return value === undefined || achievedRate === undefined || trial.purpose === 'warm-up'
      ? []
      : [{ trial, value, achievedRate }];
  });
  if (trials.length < 2) return undefined;
  return {
    id: `${of}-by-rate`,
    title: of === 'cpu' ? 'Server CPU by rate' : 'Server memory by rate',
    ...(of === 'memory'
      ? {
          caption:
            'Trials in the order of the search: a heap that grew does not shrink, so a low rate late in the search can show more memory.',
        }
      : {}),
    summary: `${countText(trials.length, 'trial')}; most ${chartValueText(unit, Math.max(...trials.map(({ value }) => value)))}.`,
    x: { title: 'successful calls per second', unit: 'perS', scale: 'linear' },
    y: { title: of === 'cpu' ? 'cores in use' : 'resident memory', unit, scale: 'linear' },
    points: trials.map(({ trial, value, achievedRate }) => ({
      x: achievedRate,
      y: value,
      kind: trial.outcome,
      ...(trial.outcome === 'fail' ? { hollow: true } : {}),
    })),
    kinds: kindsOf(trials.map(({ trial }) => trial)),
    lines: of === 'cpu' ? cpuLine(resources, Math.max(...trials.map(({ achievedRate }) => achievedRate))) : [],
    limits: [],
    table: {
      head: ['Served', of === 'cpu' ? 'Cores' : 'Memory', 'Verdict'],
      rows: trials.map(({ trial, value, achievedRate }) => [rateText(achievedRate), chartValueText(unit, value), trial.outcome]),
    },
    size: 'half',
  };
}

/** CPU = idle + rate x CPU of a call, as it was fitted. */
function cpuLine(resources: ResourceFigures | undefined, mostPerS: number): readonly XyLine[] {
  const { cpuPerCallS, idleCores } = resources ?? {};
  if (cpuPerCallS === undefined || idleCores === undefined) return [];
  const label = `${coresText(idleCores)} idle + ${latencyText(cpuPerCallS * 1e6)} a call`;
  const values = [
    [0, idleCores],
    [mostPerS, idleCores + cpuPerCallS * mostPerS],
  ] as const;
  return [{ id: 'fit', label, style: seriesStyle(0), values }];
}
