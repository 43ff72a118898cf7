import { percentileText, valueText } from '../../text/figure-text.js';
import { chartValueText } from '../charts/chart-table.js';
import { chartArea, xPixel } from './chart-area.js';
import { element, swatch } from './elements.js';
import { isTime, type LiveChart } from './live-chart.js';

/** The line at a row and the figures there; in all charts of time, the line. */
export function showRow(charts: readonly LiveChart[], chart: LiveChart, row: number | undefined): void {
  moveCursor(chart, row);
  if (row === undefined) {
    chart.tip.hidden = true;
    return;
  }
  fillTip(chart, row);
  if (!isTime(chart)) return;
  for (const other of charts) if (other !== chart && isTime(other)) moveCursor(other, row);
}

export function hideRows(charts: readonly LiveChart[]): void {
  for (const chart of charts) {
    chart.cursor.hidden = true;
    chart.tip.hidden = true;
    chart.at = undefined;
  }
}

function moveCursor(chart: LiveChart, row: number | undefined): void {
  chart.at = row;
  const x = row === undefined ? undefined : chart.model.rows.x[row];
  chart.cursor.hidden = x === undefined;
  if (x === undefined) return;
  const area = chartArea(chart);
  Object.assign(chart.cursor.style, { left: `${xPixel(area, x)}px`, top: `${area.top}px`, height: `${area.height}px` });
}

function fillTip(chart: LiveChart, row: number): void {
  const { tip, stage, model, hidden } = chart;
  const x = model.rows.x[row] as number;
  tip.replaceChildren(element('p', undefined, xText(chart, x)));
  for (const series of model.series) {
    if (hidden.includes(series.id)) continue;
    const value = model.rows.columns[series.id]?.[row] ?? null;
    const text = series.beyond?.includes(row) ? model.beyond : value === null ? 'none' : chartValueText(model.unit, value);
    const line = element('div');
    line.append(swatch(series), element('span', undefined, series.label), element('b', undefined, text));
    tip.append(line);
  }
  tip.hidden = false;
  const area = chartArea(chart);
  const left = xPixel(area, x);
  const overEdge = left + 16 + tip.offsetWidth > stage.clientWidth;
  tip.style.left = `${Math.max(0, overEdge ? left - 14 - tip.offsetWidth : left + 14)}px`;
  tip.style.top = `${area.top + 6}px`;
}

function xText(chart: LiveChart, x: number): string {
  if (isTime(chart)) return `${valueText(x)} ${chart.model.x.unit}`;
  return `${percentileText(x)} of calls`;
}
