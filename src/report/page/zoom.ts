import { hideRows } from './cursor.js';
import { isTime, type LiveChart, type Window } from './live-chart.js';

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

/** The part of the time axis that all charts of time show, with a button for each phase. */
export class Zoom {
  readonly #charts: readonly LiveChart[];
  readonly #buttons: readonly HTMLButtonElement[];
  /** In the unit of the axis; undefined for all of it. */
  window: Window | undefined;

  /** @param bar holds the buttons: the first for all of the run, the others with `data-from` and `data-to` in seconds */
  constructor(charts: readonly LiveChart[], bar: HTMLElement | null) {
    this.#charts = charts;
    this.#buttons = bar === null ? [] : [...bar.querySelectorAll('button')];
    if (bar !== null) bar.hidden = false;
    for (const [index, button] of this.#buttons.entries()) {
      button.addEventListener('click', () => {
        const any = this.#charts.find(isTime);
        if (any !== undefined) this.show(any, index === 0 ? undefined : phaseWindow(button, any));
      });
    }
  }

  /** Zooms a chart, with all others of time where its axis is time. Undefined shows everything. */
  show(chart: LiveChart, window: Window | undefined): void {
    if (isTime(chart)) this.window = window;
    for (const other of isTime(chart) ? this.#charts.filter(isTime) : [chart]) {
      const [from, to] = window ?? other.domain;
      void other.view.signal('x0', from).signal('x1', to).runAsync();
    }
    hideRows(this.#charts);
    if (isTime(chart)) this.#press(chart);
  }

  /** Marks the button of what is shown. */
  #press(chart: LiveChart): void {
    for (const [index, button] of this.#buttons.entries()) {
      const [from, to] = phaseWindow(button, chart);
      const on = this.window === undefined ? index === 0 : index > 0 && from === this.window[0] && to === this.window[1];
      button.setAttribute('aria-pressed', String(on));
    }
  }
}

function phaseWindow({ dataset }: HTMLButtonElement, { model }: LiveChart): Window {
  const unit = SECONDS[model.x.unit] ?? 1;
  return [Number(dataset.from) / unit, Number(dataset.to) / unit];
}
