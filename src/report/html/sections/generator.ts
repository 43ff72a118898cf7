import { ABSENT, coresText, countText, numberText, ratioText } from '../../../text/figure-text.js';
import { generatorCharts } from '../../charts/resource-charts.js';
import { column, numeric } from '../../column.js';
import { chartPairs } from '../chart-figure.js';
import { dataTable, html, type SectionMaker } from '../html.js';

/** Whether plimsoll itself kept up, segment by segment. */
export const generatorSection: SectionMaker = async (view) => {
  const { result, latency } = view;
  const { generator } = result.validity;
  const charts = generatorCharts(view);
  return {
    id: 'generator',
    title: 'Generator health',
    body: html`<p class="note">A disturbed second had more than 50 ms of delay, or a start that was more than 10 ms late. It decides nothing alone: a check is in doubt only where the delay could have made its outcome. ${generator.eventLoopUtilisation === undefined ? '' : `Event-loop utilization (${ratioText(generator.eventLoopUtilisation)}) is shown but not judged: the loop that times the starts is busy at any load.`}</p>
${charts.length === 0 ? '' : await chartPairs(charts)}
${dataTable(
  result.phases.filter(({ kind }) => kind !== 'edge'),
  {
    dense: true,
    label: 'Generator health per phase',
    columns: [
      column('Phase', ({ name }) => name),
      column('Disturbed', ({ validity: { disturbed } }) =>
        disturbed === undefined ? ABSENT : `${numberText(disturbed.seconds)} of ${numberText(disturbed.of)} s`,
      ),
      column('In doubt', ({ validity }) => (validity.latenessUs === undefined ? 'not measured' : validity.valid ? 'no' : 'yes')),
      numeric('Lateness p50', ({ validity }) => latency(validity.latenessUs, 'p50')),
      numeric('p99', ({ validity }) => latency(validity.latenessUs, 'p99')),
      numeric('Largest', ({ validity }) => latency(validity.latenessUs, 'max')),
      numeric('Given up', ({ counts }) => countText(counts.droppedByGenerator, 'start')),
      numeric('CPU, mean', ({ validity }) => coresText(validity.generatorCores)),
      numeric('Stolen', ({ validity }) => ratioText(validity.steal)),
      numeric('Throttled', ({ validity }) => (validity.throttledS === undefined ? ABSENT : ratioText(validity.throttledS))),
    ],
    empty: 'The run has no phases.',
  },
)}`,
  };
};
