import { CURSOR } from './cursor.js';
import { ELEMENTS } from './elements.js';
import { GESTURES } from './gestures.js';
import { LEGEND } from './legend.js';
import { LIVE_CHART } from './live-chart.js';
import { VALUE_TEXT } from './value-text.js';
import { ZOOM } from './zoom.js';

/**
 * The script of a report: draws a chart again with Vega when it comes near the screen, with a cursor and figures under the pointer,
 * zoom shared by all charts of time, and series that can be switched off in the legend. Text from the run is only ever set as
 * textContent; styles go through the CSSOM; nothing is fetched. Plain JavaScript, because the page is its only home; the parts share
 * one scope, `charts` and `timeWindow` in it.
 */
export const PAGE_SCRIPT = `
(function () {
  'use strict';
  if (typeof vega === 'undefined' || typeof plimsollInterpreter === 'undefined') return;
  var charts = [];
  var timeWindow = null;
${VALUE_TEXT}${ELEMENTS}${LIVE_CHART}${CURSOR}${ZOOM}${GESTURES}${LEGEND}
  var observer = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      observer.unobserve(entry.target);
      hydrate(entry.target);
    });
  }, { rootMargin: '300px' });
  document.querySelectorAll('[data-chart]').forEach(function (figure) { observer.observe(figure); });
})();
`;
