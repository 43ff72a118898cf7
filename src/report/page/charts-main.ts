/**
 * The script of a report's charts: draws a chart again with Vega when it comes near the screen, with a cursor and figures under the
 * pointer, zoom shared by all charts of time, and series that can be switched off in the legend. Text from the run is only ever set as
 * text; styles go through the CSSOM; nothing is fetched.
 */

import { listen } from './gestures.js';
import { switchableLegend } from './legend.js';
import { isTime, type LiveChart, liveChart } from './live-chart.js';
import { Zoom } from './zoom.js';

const charts: LiveChart[] = [];
const zoom = new Zoom(charts, document.querySelector<HTMLElement>('[data-zoom]'));

async function hydrate(figure: HTMLElement): Promise<void> {
  figure.dataset.live = 'drawing';
  try {
    const begun = zoom.window;
    const chart = await liveChart(figure, figure.dataset.chart === 'time' ? begun : undefined);
    listen(charts, chart, zoom);
    switchableLegend(chart);
    charts.push(chart);
    // The reader zoomed while this one was drawn.
    if (isTime(chart) && zoom.window !== begun) zoom.show(chart, zoom.window);
    figure.dataset.live = 'yes';
  } catch (error) {
    figure.dataset.live = 'failed';
    console.error(error);
  }
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void hydrate(target as HTMLElement);
    }
  },
  { rootMargin: '300px' },
);
for (const figure of document.querySelectorAll('[data-chart]')) observer.observe(figure);
