import type { TopLevelSpec } from 'vega-lite';
import type { CapacityAnswer, CapacityFigures } from '../../../../result/capacity-figures.js';
import { clockText, countText, numberText, rateText, spanText } from '../../../../text/figure-text.js';
import { yLabelExpression } from '../../../charts/axis-text.js';
import { CHART_CONFIG, CHART_SIZES, type ChartSize } from '../../../charts/chart-look.js';
import { POINT_STYLES } from '../../../charts/xy-chart-spec.js';
import { column, numeric } from '../../../column.js';
import { dataTable, type Html, html } from '../../html.js';
import { outcomeBadge } from '../../outcome-badge.js';
import { staticPlot } from '../../static-plot.js';

/** The search as it went: a bar for each trial, as long as it was measured and as high as its rate. */
function trialSpec({ trials }: CapacityAnswer, size: ChartSize): TopLevelSpec {
  return {
    ...CHART_SIZES[size],
    height: 150,
    autosize: { type: 'fit', contains: 'padding' },
    padding: { left: 0, right: 8, top: 4, bottom: 0 },
    background: 'transparent',
    data: {
      values: trials.map(({ startS, durationS, offeredRate, outcome }) => ({
        from: startS,
        to: startS + Math.max(durationS, 0.5),
        rate: offeredRate,
        zero: 0,
        colour: POINT_STYLES[outcome].colour,
        opacity: outcome === 'pass' ? 0.5 : 0.12,
      })),
    },
    mark: { type: 'rect' },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        axis: { title: null, labelExpr: "format(datum.value, ',~r') + ' s'", tickCount: size === 'compact' ? 5 : 12 },
        scale: { zero: true, nice: true },
      },
      x2: { field: 'to' },
      y: { field: 'rate', type: 'quantitative', axis: { title: null, labelExpr: yLabelExpression('perS'), tickCount: 4 } },
      y2: { field: 'zero' },
      fill: { field: 'colour', type: 'nominal', scale: null },
      stroke: { field: 'colour', type: 'nominal', scale: null },
      fillOpacity: { field: 'opacity', type: 'quantitative', scale: null },
    },
    config: CHART_CONFIG,
  } as unknown as TopLevelSpec;
}

const BADGES = { pass: 'pass', fail: 'fail', insufficient: 'inconclusive', invalid: 'invalid' } as const;

/** Every trial with its verdict and the rule that decided, for each thing that was searched under. */
export async function trialLog({ healthy, underFaults }: CapacityFigures): Promise<Html> {
  const parts: Html[] = [];
  for (const answer of [...(healthy === undefined ? [] : [healthy]), ...underFaults]) {
    if (answer.trials.length === 0) continue;
    const label = answer.under === 'none' ? 'Trials, all dependencies healthy' : `Trials under ${answer.under}`;
    parts.push(html`<h3>${label}</h3><p class="note">${countText(answer.trials.length, 'trial')} in ${spanText(Math.round(answer.tookS))} of ${spanText(answer.budgetS)}. Height: offered rate; width: measured time. Filled: passed; hollow: failed, or not counted.</p>
${await staticPlot((size) => trialSpec(answer, size), 'wide', `${label}: rates and lengths are in the table below`)}
${dataTable(answer.trials, {
  label,
  dense: true,
  columns: [
    numeric('At', (trial) => clockText(trial.startS)),
    column('Purpose', (trial) => trial.purpose),
    numeric('Offered', (trial) => rateText(trial.offeredRate)),
    column('Verdict', (trial) => outcomeBadge(BADGES[trial.outcome], trial.outcome)),
    column('Why', (trial) => html`<span class="reason">${trial.reason}</span>`),
    numeric('Achieved', (trial) => rateText(trial.achievedRate)),
    numeric('Measured', (trial) => spanText(trial.durationS)),
    numeric('Due', (trial) => numberText(trial.due)),
    numeric('Missed', (trial) => numberText(trial.over)),
  ],
})}`);
  }
  return html`${parts}`;
}
