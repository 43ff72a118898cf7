import { chartArea, nearestRow, xAt } from './chart-area.js';
import { hideRows, showRow } from './cursor.js';
import type { LiveChart } from './live-chart.js';
import type { Zoom } from './zoom.js';

/** A drag shorter than this, in pixels, is a click. */
const MIN_DRAG = 8;

/** Pointer and keys over a chart: figures under the pointer or by arrow keys, zoom by dragging, all of it by a double click or Escape. */
export function listen(charts: readonly LiveChart[], chart: LiveChart, zoom: Zoom): void {
  const { plot, selection } = chart;
  const hide = () => hideRows(charts);
  let dragFrom: number | undefined;
  plot.addEventListener('pointermove', ({ clientX }) => {
    if (dragFrom !== undefined) select(chart, dragFrom, clientX);
    showRow(charts, chart, nearestRow(chart, xAt(chart, clientX)));
  });
  plot.addEventListener('pointerleave', hide);
  plot.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    dragFrom = event.clientX;
    plot.setPointerCapture(event.pointerId);
    event.preventDefault();
    plot.focus({ preventScroll: true });
  });
  plot.addEventListener('pointerup', ({ clientX }) => {
    if (dragFrom === undefined) return;
    const [left, right] = [Math.min(dragFrom, clientX), Math.max(dragFrom, clientX)];
    dragFrom = undefined;
    selection.hidden = true;
    if (right - left < MIN_DRAG) return;
    const [from, to] = [xAt(chart, left), xAt(chart, right)];
    if (to > from) zoom.show(chart, [from, to]);
  });
  plot.addEventListener('pointercancel', () => {
    dragFrom = undefined;
    selection.hidden = true;
  });
  plot.addEventListener('dblclick', () => zoom.show(chart, undefined));
  plot.addEventListener('blur', hide);
  plot.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      zoom.show(chart, undefined);
      return;
    }
    const row = rowByKey(event.key, chart);
    if (row === undefined) return;
    event.preventDefault();
    showRow(charts, chart, row);
  });
}

function select({ stage, selection, ...rest }: LiveChart, from: number, to: number): void {
  const area = chartArea({ stage, selection, ...rest });
  const origin = stage.getBoundingClientRect().left;
  const left = Math.max(area.left, Math.min(from, to) - origin);
  const right = Math.min(area.left + area.width, Math.max(from, to) - origin);
  Object.assign(selection.style, {
    left: `${left}px`,
    width: `${Math.max(0, right - left)}px`,
    top: `${area.top}px`,
    height: `${area.height}px`,
  });
  selection.hidden = Math.abs(to - from) < MIN_DRAG / 2;
}

function rowByKey(key: string, { at, model }: LiveChart): number | undefined {
  const last = model.rows.x.length - 1;
  if (key === 'ArrowRight') return at === undefined ? 0 : Math.min(last, at + 1);
  if (key === 'ArrowLeft') return at === undefined ? last : Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? last : undefined;
}
