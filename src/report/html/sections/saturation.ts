import { metricCharts } from '../../charts/metric-charts.js';
import { healthChart, processCharts } from '../../charts/resource-charts.js';
import { countText, spanText, valueText } from '../../figure-text.js';
import type { ReportView } from '../../report-view.js';
import { chartFigure } from '../chart-figure.js';
import { dataTable } from '../data-table.js';
import { type Html, html } from '../html.js';
import type { SectionMaker } from '../section.js';

/** Most metric series in the table: a metrics page may hold thousands. */
const MAX_SERIES = 200;

/** What the server said about itself and how full it was. */
export const saturationSection: SectionMaker = async (view) => {
  const health = view.analysis.series.t.length === 0 ? undefined : healthChart(view);
  const drawn = async (charts: readonly Parameters<typeof chartFigure>[0][]): Promise<Html> => {
    const figures: Html[] = [];
    for (const chart of charts) figures.push(await chartFigure(chart));
    return html`<div class="pairs">${figures}</div>`;
  };
  const processes = processCharts(view);
  const metrics = metricCharts(view);
  return {
    id: 'saturation',
    title: 'Health and saturation',
    body: html`${health === undefined ? html`<p class="nothing">The scenario names no health probes.</p>` : html`${await chartFigure(health)}${outages(view)}`}
${processes.length === 0 ? html`<p class="nothing">The process of the server was not sampled: plimsoll did not start it, and the scenario names no <code>pid</code>.</p>` : await drawn(processes)}
<h3>Prometheus series of the server</h3>
${metrics.length === 0 ? '' : await drawn(metrics)}${metricTable(view)}`,
  };
};

const outages = ({ result, latency }: ReportView): Html =>
  dataTable({
    label: 'Health probes',
    columns: [
      { head: 'Probe' },
      { head: 'Probes', numeric: true },
      { head: 'Misses', numeric: true },
      { head: 'p95 of its answers', numeric: true },
      { head: 'Unhealthy (three misses in a row)' },
    ],
    rows: result.health.map(({ probe, probes, misses, latencyUs, unhealthy }) => [
      probe,
      countText(probes, 'probe'),
      countText(misses, 'miss', 'misses'),
      latency(latencyUs, 'p95'),
      unhealthy.length === 0
        ? 'never'
        : html`<ul>${unhealthy.map(
            ({ fromS, toS, detail }) =>
              html`<li>from ${spanText(fromS)} to ${toS === undefined ? 'the end' : spanText(toS)}${detail === undefined ? '' : html`: <span class="server-text">${detail}</span>`}</li>`,
          )}</ul>`,
    ]),
  });

function metricTable({ result }: ReportView): Html {
  const all = Object.entries(result.saturation.metrics ?? {});
  return html`${dataTable({
    label: 'Prometheus series',
    columns: [
      { head: 'Series' },
      { head: 'First', numeric: true },
      { head: 'Last', numeric: true },
      { head: 'Change', numeric: true },
      { head: 'Largest', numeric: true },
    ],
    rows: all
      .slice(0, MAX_SERIES)
      .map(([name, { first, last, max }]) => [
        html`<code>${name}</code>`,
        valueText(first),
        valueText(last),
        valueText(last - first),
        valueText(max),
      ]),
    empty: 'No metrics page was read.',
  })}${all.length > MAX_SERIES ? html`<p class="note">${all.length - MAX_SERIES} more series stand in result.json.</p>` : ''}
${all.length === 0 ? '' : html`<p class="note">Values are in the unit that the name of the series gives, as the server wrote them.</p>`}`;
}
