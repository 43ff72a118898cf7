import { spectrumChart } from '../../charts/spectrum-chart.js';
import { chartFigure } from '../chart-figure.js';
import { html, type SectionMaker } from '../html.js';

/** Percentile spectrum of the judged phases. All trials of a search together, the overloaded ones among them, would be nobody's latency. */
export const distributionSection: SectionMaker = async (view) => {
  if (view.result.capacity !== undefined) return undefined;
  const chart = spectrumChart(view);
  return {
    id: 'distribution',
    title: 'Latency distribution',
    body: chart === undefined ? html`<p class="nothing">No call of a judged phase was answered.</p>` : await chartFigure(chart),
  };
};
