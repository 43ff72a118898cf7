import type { CapacityAnswer, CapacityFigures, ResourceFigures } from '../../../../result/capacity-figures.js';
import { rateText, ratioText } from '../../../../text/figure-text.js';
import type { Bar } from '../../../charts/xy-chart.js';
import { column, numeric } from '../../../column.js';
import { resourceRows } from '../../../resource-rows.js';
import { sessionsText, trafficText } from '../../../session-words.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../../html.js';
import { barFigure, xyFigure } from '../../xy-figure.js';
import { answerBox } from './answer-box.js';
import { latencyByRate } from './latency-by-rate.js';
import { lawChart } from './law-chart.js';
import { lawTable } from './law-table.js';
import { withQueueingLine } from './queueing-line.js';
import { resourceChart } from './resource-chart.js';
import { trialLog } from './trial-log.js';

/** The answer of a capacity search, for somebody who has to defend the number. */
export const capacitySection: SectionMaker = (view) => {
  const { capacity } = view.result;
  return capacity === undefined ? undefined : { id: 'capacity', title: 'Capacity', body: answerBox(capacity) };
};

/** Latency and resources against rate, the law, and what dependency failures cost. */
export const capacityChartsSection: SectionMaker = async (view) => {
  const { capacity } = view.result;
  if (capacity === undefined) return undefined;
  const charts: Html[] = [];
  const answers = [...(capacity.healthy === undefined ? [] : [capacity.healthy]), ...capacity.underFaults];
  for (const answer of answers) {
    const chart = latencyByRate(view, answer, capacity);
    if (chart !== undefined) charts.push(await xyFigure(withQueueingLine(chart, answer, view.analysis.timeoutMs)));
  }
  const bars = faultBars(capacity);
  if (bars.length > 1) {
    charts.push(
      await barFigure({
        id: 'capacity-under-faults',
        title: 'Capacity by dependency failure',
        caption: `The same search with the fault on from beginning to end.${bars.some(({ low }) => low !== undefined) ? ' Lines: interval of the estimate.' : ''}`,
        unit: 'perS',
        bars,
      }),
    );
  }
  const [first] = answers;
  const halves: Html[] = [];
  for (const of of ['cpu', 'memory'] as const) {
    const chart = first === undefined ? undefined : resourceChart(first, of, capacity.resources);
    if (chart !== undefined) halves.push(await xyFigure(chart));
  }
  if (halves.length > 0) charts.push(html`<div class="pairs">${halves}</div>`);
  if (capacity.resources !== undefined) charts.push(resourceTable(capacity.resources));
  const law =
    capacity.law !== undefined
      ? html`${await xyFigure(lawChart(capacity.law))}${lawTable(capacity.law, capacity.healthy?.interval.confirmedPass)}`
      : capacity.lawOmitted === undefined
        ? NOTHING
        : html`<p class="note">No scalability law was fitted: ${capacity.lawOmitted}.</p>`;
  const sent =
    capacity.traffic === undefined ? NOTHING : html`<p class="note">Sent to the target: ${trafficText(capacity.traffic)}.</p>`;
  const sessions =
    view.result.sessions === undefined ? NOTHING : html`<p class="note">Sessions: ${sessionsText(view.result.sessions)}.</p>`;
  return { id: 'capacity-charts', title: 'How it was found', body: html`${charts}${law}${sent}${sessions}` };
};

export const trialLogSection: SectionMaker = async (view) => {
  const { capacity } = view.result;
  return capacity === undefined ? undefined : { id: 'trials', title: 'Trials', body: await trialLog(capacity) };
};

/** Why a search without a confirmed rate and without an estimate has no figure. */
const NO_FIGURE: Readonly<Record<CapacityAnswer['ending'], string>> = {
  confirmed: 'no rate was recorded',
  'at-least': 'the load generator was the limit',
  'nothing-passes': 'nothing passes',
  unconfirmed: 'nothing was confirmed',
  invalid: 'no trial counted',
  interrupted: 'stopped before its end',
  'degraded-for-good': 'an overload degraded it for good',
};

function faultBars({ healthy, underFaults }: CapacityFigures): readonly Bar[] {
  const answers = [...(healthy === undefined ? [] : [healthy]), ...underFaults];
  return answers.map((answer): Bar => {
    const { interval, estimate, ending, under } = answer;
    const value = ending === 'nothing-passes' ? 0 : (interval.confirmedPass ?? estimate?.rate);
    const share = underFaults.find((each) => each.under === under)?.lost;
    const lost = share === undefined ? '' : `, ${ratioText(share)} lost`;
    const sure = interval.confirmedPass === undefined ? ' (estimate, not confirmed)' : '';
    return {
      label: under === 'none' ? 'healthy' : under,
      ...(value === undefined ? {} : { value }),
      ...(estimate === undefined ? {} : { low: estimate.low, high: estimate.high }),
      text:
        ending === 'nothing-passes'
          ? 'nothing passes'
          : value === undefined
            ? `no figure: ${NO_FIGURE[ending]}`
            : `${ending === 'at-least' ? 'at least ' : ''}${rateText(value)}${lost}${sure}`,
    };
  });
}

/** What one instance uses, with how sure each figure is and what could not be told. */
function resourceTable(resources: ResourceFigures): Html {
  const { remarks } = resources;
  return html`<h3>What one instance uses</h3>${dataTable(resourceRows(resources), {
    label: 'Use of one instance',
    columns: [
      column('Figure', ({ name }) => name),
      numeric('Value', ({ value }) => value),
      numeric('95 % interval', ({ interval }) => interval),
    ],
  })}${remarks.length === 0 ? NOTHING : html`<ul class="caveats">${remarks.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}
