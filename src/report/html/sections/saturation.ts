import { bytesText, coresText, countText, spanText, valueText } from '../../../text/figure-text.js';
import { metricCharts } from '../../charts/metric-charts.js';
import { healthChart, processCharts } from '../../charts/resource-charts.js';
import { column, numeric } from '../../column.js';
import type { ReportView } from '../../report-view.js';
import { chartFigure, chartPairs } from '../chart-figure.js';
import { dataTable, type Html, html, type SectionMaker } from '../html.js';

/** Most metric series in the table: a metrics page may hold thousands. */
const MAX_SERIES = 200;

/** What the server said about itself and how full it was. */
export const saturationSection: SectionMaker = async (view) => {
  const health = view.analysis.series.t.length === 0 ? undefined : healthChart(view);
  const processes = processCharts(view);
  const metrics = metricCharts(view);
  return {
    id: 'saturation',
    title: 'Health and saturation',
    body: html`${health === undefined ? noHealthChart(view) : html`${await chartFigure(health)}${outages(view)}`}
${processes.length === 0 ? noProcessCharts(view) : await chartPairs(processes)}
<h3>Prometheus series of the server</h3>
${metrics.length === 0 ? '' : await chartPairs(metrics)}${metricTable(view)}`,
  };
};

/** Why there is no chart of the health probes, with what is known of them without one. */
function noHealthChart(view: ReportView): Html {
  if (view.result.health.length > 0) return outages(view);
  const { health } = targetOf(view);
  return health === undefined
    ? html`<p class="nothing">The scenario names no health probes.</p>`
    : html`<p class="nothing">The health probes of the scenario did not run.</p>`;
}

/** Why there is no chart of the process of the server: what was read of it stands elsewhere, or nothing was, each for its reason. */
function noProcessCharts(view: ReportView): Html {
  const { result } = view;
  const { process } = result.saturation;
  if (process !== undefined) {
    const facts = [
      process.cpuCores === undefined
        ? undefined
        : `CPU ${coresText(process.cpuCores.mean)} on average, ${coresText(process.cpuCores.max)} at most`,
      process.rssBytes === undefined ? undefined : `memory ${bytesText(process.rssBytes.max)} at most`,
    ].filter((fact) => fact !== undefined);
    const where = result.capacity === undefined ? '' : ' CPU and memory by trial are charted under “How it was found”.';
    return html`<p class="note">The process of the server was sampled${facts.length === 0 ? '' : `: ${facts.join('; ')}`}.${where}</p>`;
  }
  if (result.run.durationS === 0)
    return html`<p class="nothing">The process of the server was not sampled: the run ended before anything was read.</p>`;
  const { pid, server, command, transport } = targetOf(view);
  const started = result.run.target.startedByPlimsoll === true || server !== undefined || command !== undefined;
  const why =
    started || transport === 'stdio'
      ? 'plimsoll started it, but could not read its CPU and memory (they are read from /proc, on Linux)'
      : pid !== undefined
        ? html`the scenario names its <code>pid</code>, but its CPU and memory could not be read (they are read from /proc, on Linux)`
        : html`plimsoll did not start it, and the scenario names no <code>pid</code>`;
  return html`<p class="nothing">The process of the server was not sampled: ${why}.</p>`;
}

const targetOf = ({ analysis }: ReportView): Readonly<Record<string, unknown>> =>
  (analysis.scenario.target as Readonly<Record<string, unknown>> | undefined) ?? {};

const outages = ({ result, latency }: ReportView): Html =>
  dataTable(result.health, {
    label: 'Health probes',
    columns: [
      column('Probe', ({ probe }) => probe),
      numeric('Probes', ({ probes }) => countText(probes, 'probe')),
      numeric('Misses', ({ misses }) => countText(misses, 'miss', 'misses')),
      numeric('p95 of its answers', ({ latencyUs }) => latency(latencyUs, 'p95')),
      column('Unhealthy (three misses in a row)', ({ unhealthy }) =>
        unhealthy.length === 0
          ? 'never'
          : html`<ul>${unhealthy.map(
              ({ fromS, toS, detail }) =>
                html`<li>from ${spanText(fromS)} to ${toS === undefined ? 'the end' : spanText(toS)}${detail === undefined ? '' : html`: <span class="server-text">${detail}</span>`}</li>`,
            )}</ul>`,
      ),
    ],
  });

function metricTable(view: ReportView): Html {
  const { result } = view;
  const all = Object.entries(result.saturation.metrics ?? {});
  return html`${dataTable(all.slice(0, MAX_SERIES), {
    label: 'Prometheus series',
    columns: [
      column('Series', ([name]) => html`<code>${name}</code>`),
      numeric('First', ([, { first }]) => valueText(first)),
      numeric('Last', ([, { last }]) => valueText(last)),
      numeric('Change', ([, { first, last }]) => valueText(last - first)),
      numeric('Largest', ([, { max }]) => valueText(max)),
    ],
    empty:
      targetOf(view).metrics === undefined
        ? 'The scenario names no metrics page.'
        : 'Nothing was read from the metrics page of the scenario.',
  })}${all.length > MAX_SERIES ? html`<p class="note">${all.length - MAX_SERIES} more series are in result.json.</p>` : ''}
${all.length === 0 ? '' : html`<p class="note">Values are in the unit that the name of the series gives, as the server wrote them.</p>`}`;
}
