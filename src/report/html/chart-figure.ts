import { timeUnit } from '../charts/axis-text.js';
import type { Chart, SeriesStyle } from '../charts/chart.js';
import type { ChartModel } from '../charts/chart-model.js';
import { chartTable } from '../charts/chart-table.js';
import { drawChart } from '../charts/draw-chart.js';
import { embeddedJson } from './embedded-json.js';
import { dataTable, type Html, html, listColumns, NOTHING, trustedMarkup } from './html.js';

const swatch = ({ colour, dash }: SeriesStyle): Html =>
  html`<svg class="swatch" width="26" height="10" viewBox="0 0 26 10" aria-hidden="true" focusable="false"><line x1="1" y1="5" x2="25" y2="5" stroke="${colour}" stroke-width="2.25" stroke-dasharray="${dash.join(' ')}"/></svg>`;

/**
 * A chart in a page: its picture (readable with scripts blocked), a legend, the table behind it, and what the page's script needs to
 * draw it again as an interactive one.
 */
export async function chartFigure(chart: Chart): Promise<Html> {
  const { svg, spec, rows } = await drawChart(chart);
  const table = chartTable(chart);
  const model: ChartModel = {
    spec,
    rows,
    x: { kind: chart.x.kind, unit: chart.x.kind === 'time' ? timeUnit(chart.x.domain).name : 'percentile' },
    unit: chart.y.unit,
    series: chart.series.map(({ id, label, style, beyond }) => ({
      id,
      label,
      colour: style.colour,
      dash: style.dash,
      ...(beyond?.includes(true) ? { beyond: beyond.flatMap((is, index) => (is ? [index] : [])) } : {}),
    })),
    beyond: chart.beyondText ?? 'no answer',
  };
  return html`<figure class="chart chart-${chart.size}" id="chart-${chart.id}" data-chart="${chart.x.kind}">
<figcaption><h3>${chart.title}</h3>${chart.caption === undefined ? NOTHING : html`<p>${chart.caption}</p>`}</figcaption>
<div class="chart-head"><span class="axis-title">${chart.y.title}</span>
${chart.series.length < 2 ? NOTHING : html`<ul class="legend" aria-label="Series">${chart.series.map(({ id, label, style }) => html`<li data-series="${id}">${swatch(style)}<span>${label}</span></li>`)}</ul>`}</div>
<div class="stage"><div class="plot" role="img" aria-label="${chart.summary}">${trustedMarkup(svg)}</div></div>
<p class="axis-title axis-title-x">${chart.x.kind === 'time' ? `time since the start of the first phase (${timeUnit(chart.x.domain).name})` : 'percentile of calls (logarithmic towards 100 %)'}</p>
<details class="behind"><summary>Figures of this chart as a table</summary>
${dataTable(table.rows, { label: chart.title, columns: listColumns(table.head) })}${table.joined === undefined ? NOTHING : html`<p class="note">${table.joined}</p>`}</details>
${embeddedJson(model)}</figure>`;
}

/** Charts of half the width, side by side where there is room. */
export async function chartPairs(charts: readonly Chart[]): Promise<Html> {
  const figures: Html[] = [];
  for (const chart of charts) figures.push(await chartFigure(chart));
  return html`<div class="pairs">${figures}</div>`;
}
