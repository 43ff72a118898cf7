import { latencyChart } from '../../charts/latency-chart.js';
import { errorChart, inFlightChart, trafficChart } from '../../charts/traffic-charts.js';
import type { ReportView } from '../../report-view.js';
import { chartFigure } from '../chart-figure.js';
import { type Html, html, type SectionMaker } from '../html.js';

/** The run second by second: traffic, response time, errors, calls in flight. */
export const timelineSection: SectionMaker = async (view) => {
  const { result, analysis } = view;
  if (analysis.series.t.length === 0) {
    // The journal keeps the calls of a search by trial, not by second: its trial log is its time line.
    if (result.capacity !== undefined) return undefined;
    const nothing =
      result.totals.offered === 0 ? 'No load was recorded.' : 'The calls of this run were not recorded second by second.';
    return { id: 'timeline', title: 'Time line', body: html`<p class="nothing">${nothing}</p>` };
  }
  const errors = errorChart(view);
  return {
    id: 'timeline',
    title: 'Time line',
    body: html`${zoomBar(view)}${await chartFigure(trafficChart(view))}${await chartFigure(latencyChart(view))}${
      errors === undefined ? html`<p class="nothing">No call failed: there is no error chart.</p>` : await chartFigure(errors)
    }${await chartFigure(inFlightChart(view))}`,
  };
};

/** Shown by the page's script only: without it nothing can be zoomed. */
const zoomBar = ({ segments, endS }: ReportView): Html =>
  html`<div class="zoom" role="group" aria-label="Part of the run that the charts show" hidden data-zoom><span>Show</span>
<button type="button" data-from="0" data-to="${endS}" aria-pressed="true">whole run</button>${segments
    .slice(0, 24)
    .map(
      ({ name, startS, endS: stopS }) =>
        html`<button type="button" data-from="${startS}" data-to="${stopS}" aria-pressed="false">${name}</button>`,
    )}
<span class="hint">or drag across a chart; Esc or a double click shows the whole run again</span></div>`;
