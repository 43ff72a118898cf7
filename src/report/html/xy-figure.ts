import { barChartSpec } from '../charts/bar-chart-spec.js';
import type { ChartUnit } from '../charts/chart.js';
import { chartValueText } from '../charts/chart-table.js';
import type { Bar, PointKind, XyChart } from '../charts/xy-chart.js';
import { POINT_STYLES, xyChartSpec } from '../charts/xy-chart-spec.js';
import { column, numeric } from '../column.js';
import { dataTable, type Html, html, listColumns, NOTHING } from './html.js';
import { staticPlot } from './static-plot.js';

const SIGNS: Readonly<Record<string, Html>> = {
  circle: html`<circle cx="6" cy="6" r="4.2"/>`,
  cross: html`<path d="M4.5 1.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z"/>`,
  diamond: html`<path d="M6 1l5 5-5 5-5-5z"/>`,
  square: html`<path d="M2 2h8v8H2z"/>`,
};

const pointSign = (kind: PointKind): Html =>
  html`<svg class="swatch" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><g fill="${POINT_STYLES[kind].colour}">${SIGNS[POINT_STYLES[kind].shape]}</g></svg>`;

/** A chart of points and curves in a page: picture, legend, and the table behind it. Needs no script. */
export async function xyFigure(chart: XyChart): Promise<Html> {
  const kinds = Object.entries(chart.kinds) as readonly (readonly [PointKind, string])[];
  return html`<figure class="chart chart-${chart.size}" id="chart-${chart.id}">
<figcaption><h3>${chart.title}</h3>${chart.caption === undefined ? NOTHING : html`<p>${chart.caption}</p>`}</figcaption>
<div class="chart-head"><span class="axis-title">${chart.y.title}</span>
<ul class="legend" aria-label="What is drawn">${kinds.map(([kind, label]) => html`<li>${pointSign(kind)}<span>${label}</span></li>`)}${chart.lines.map(
    ({ label, style }) =>
      html`<li><svg class="swatch" width="26" height="10" viewBox="0 0 26 10" aria-hidden="true" focusable="false"><line x1="1" y1="5" x2="25" y2="5" stroke="${style.colour}" stroke-width="2.25" stroke-dasharray="${style.dash.join(' ')}"/></svg><span>${label}</span></li>`,
  )}${chart.band === undefined ? NOTHING : html`<li><span class="swatch-band" aria-hidden="true"></span><span>${chart.band.label}</span></li>`}</ul></div>
${await staticPlot((size) => xyChartSpec(chart, size), chart.size, chart.summary)}
<p class="axis-title axis-title-x">${chart.x.title}</p>
<details class="behind"><summary>Figures of this chart as a table</summary>
${dataTable(chart.table.rows, { label: chart.title, columns: listColumns(chart.table.head) })}</details></figure>`;
}

export interface BarFigure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly unit: ChartUnit;
  readonly bars: readonly Bar[];
}

/** Bars with intervals in a page, with the table behind them. */
export async function barFigure({ id, title, caption, unit, bars }: BarFigure): Promise<Html> {
  const summary = bars.map(({ label, text }) => `${label}: ${text}`).join('; ');
  const valueText = (value: number | undefined): string => (value === undefined ? '–' : chartValueText(unit, value));
  return html`<figure class="chart chart-wide" id="chart-${id}">
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
${await staticPlot((size) => barChartSpec(bars, unit, size), 'wide', summary)}
<details class="behind"><summary>Figures of this chart as a table</summary>
${dataTable(bars, {
  label: title,
  columns: [
    column('Under', ({ label }) => label),
    numeric('Rate', ({ text }) => text),
    numeric('Low', ({ low }) => valueText(low)),
    numeric('High', ({ high }) => valueText(high)),
  ],
})}</details></figure>`;
}
