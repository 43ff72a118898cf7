import type { TopLevelSpec } from 'vega-lite';
import type { ChartSize } from '../charts/chart-look.js';
import { drawSpec } from '../charts/draw-chart.js';
import { type Html, html, trustedMarkup } from './html.js';

/**
 * A picture that needs no script, drawn twice: a small screen would shrink the text of a wide one to nothing, so it gets one of its own.
 * @param label what the picture shows, for those who do not see it
 */
export async function staticPlot(
  specAt: (size: ChartSize) => TopLevelSpec,
  size: Exclude<ChartSize, 'compact'>,
  label: string,
): Promise<Html> {
  const [roomy, compact] = await Promise.all([drawSpec(specAt(size)), drawSpec(specAt('compact'))]);
  return html`<div class="plot" role="img" aria-label="${label}"><div class="roomy">${trustedMarkup(roomy)}</div><div class="compact">${trustedMarkup(compact)}</div></div>`;
}
