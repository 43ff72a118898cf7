import { element } from './elements.js';
import type { LiveChart } from './live-chart.js';

/** Entries of the legend become buttons that switch their series off and on. */
export function switchableLegend(chart: LiveChart): void {
  for (const item of chart.figure.querySelectorAll<HTMLElement>('.legend li')) {
    const id = item.dataset.series ?? '';
    const button = element('button');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    button.append(...item.childNodes);
    button.addEventListener('click', () => {
      const wasHidden = chart.hidden.includes(id);
      chart.hidden = wasHidden ? chart.hidden.filter((other) => other !== id) : [...chart.hidden, id];
      button.setAttribute('aria-pressed', String(wasHidden));
      void chart.view.signal('hidden', [...chart.hidden]).runAsync();
    });
    item.append(button);
  }
}
