import { ABSENT, coresText, countText, ratioText } from '../../../text/figure-text.js';
import { generatorCharts } from '../../charts/resource-charts.js';
import { chartFigure } from '../chart-figure.js';
import { dataTable } from '../data-table.js';
import { type Html, html } from '../html.js';
import type { SectionMaker } from '../section.js';

/** Whether plimsoll itself kept up, segment by segment. */
export const generatorSection: SectionMaker = async (view) => {
  const { result, latency } = view;
  const { generator } = result.validity;
  const figures: Html[] = [];
  for (const chart of generatorCharts(view)) figures.push(await chartFigure(chart));
  return {
    id: 'generator',
    title: 'Generator health',
    body: html`<p class="note">Judged: lateness of starts, starts given up, CPU use, stolen and throttled CPU time. ${generator.eventLoopUtilisation === undefined ? '' : `Event-loop utilization (${ratioText(generator.eventLoopUtilisation)}) is shown but not judged: the loop that times the starts is busy at any load.`}</p>
${figures.length === 0 ? '' : html`<div class="pairs">${figures}</div>`}
${dataTable({
  dense: true,
  label: 'Generator health per phase',
  columns: [
    { head: 'Phase' },
    { head: 'Trusted' },
    { head: 'Lateness p50', numeric: true },
    { head: 'p99', numeric: true },
    { head: 'Largest', numeric: true },
    { head: 'Given up', numeric: true },
    { head: 'CPU, mean', numeric: true },
    { head: 'Stolen', numeric: true },
    { head: 'Throttled', numeric: true },
  ],
  rows: result.phases
    .filter(({ kind }) => kind !== 'edge')
    .map(({ name, validity, counts }) => [
      name,
      validity.latenessUs === undefined ? 'not measured' : validity.valid ? 'yes' : `no: ${validity.reasons.join('; ')}`,
      latency(validity.latenessUs, 'p50'),
      latency(validity.latenessUs, 'p99'),
      latency(validity.latenessUs, 'max'),
      countText(counts.droppedByGenerator, 'start'),
      coresText(validity.generatorCores),
      ratioText(validity.steal),
      validity.throttledS === undefined ? ABSENT : ratioText(validity.throttledS),
    ]),
  empty: 'The run has no phases.',
})}`,
  };
};
