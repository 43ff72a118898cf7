import { Error as onlyErrors, parse, type Runtime, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import type { ChartModel } from '../charts/chart-model.js';
import { element, found } from './elements.js';

/** Two ends of an axis, in its own unit. */
export type Window = readonly [from: number, to: number];

/** A chart that answers the pointer, in place of its picture. */
export interface LiveChart {
  readonly figure: HTMLElement;
  readonly stage: HTMLElement;
  readonly plot: HTMLElement;
  readonly model: ChartModel;
  readonly view: View;
  /** All of the x axis. */
  readonly domain: Window;
  readonly cursor: HTMLElement;
  readonly selection: HTMLElement;
  readonly tip: HTMLElement;
  /** Series that are switched off in the legend. */
  hidden: readonly string[];
  /** The row under the cursor. */
  at: number | undefined;
}

/** Whether the x axis is time: such charts share zoom and cursor. */
export const isTime = ({ model }: Pick<LiveChart, 'model'>): boolean => model.x.kind === 'time';

/** Narrowest picture that still reads. */
const MIN_WIDTH = 240;

/**
 * Draws a chart again with Vega, over its picture.
 * @param shown the part of the x axis to begin with; all of it when undefined
 */
export async function liveChart(figure: HTMLElement, shown: Window | undefined): Promise<LiveChart> {
  const model = JSON.parse(found(figure, 'script[type="application/json"]').textContent ?? '') as ChartModel;
  const stage = found(figure, '.stage');
  const plot = found(figure, '.plot');
  const holder = element('div');
  // The interpreter walks the syntax tree of expressions: the page forbids eval.
  const runtime: Runtime = parse(filled(model), undefined, { ast: true });
  const view = new View(runtime, { expr: expressionInterpreter, renderer: 'svg', hover: false, logLevel: onlyErrors });
  const domain: Window = [view.signal('x0'), view.signal('x1')];
  // The browser can measure text, so names need not be cut by an estimate.
  view.signal('slack', 1);
  if (shown !== undefined) view.signal('x0', shown[0]).signal('x1', shown[1]);
  await view.width(Math.max(MIN_WIDTH, stage.clientWidth)).initialize(holder).runAsync();
  plot.replaceChildren(holder);
  plot.tabIndex = 0;
  const cursor = overlay('cursor');
  const selection = overlay('selection');
  const tip = overlay('tip');
  tip.setAttribute('role', 'status');
  stage.append(cursor, selection, tip);
  let drawnWidth = 0;
  new ResizeObserver(() => {
    const width = stage.clientWidth;
    if (width < MIN_WIDTH || width === drawnWidth) return;
    drawnWidth = width;
    void view.width(width).runAsync();
  }).observe(stage);
  return { figure, stage, plot, model, view, domain, cursor, selection, tip, hidden: [], at: undefined };
}

function overlay(className: string): HTMLElement {
  const made = element('div', className);
  made.hidden = true;
  return made;
}

/** The specification with its rows, which stand apart by column so that a page holds each number once. */
function filled({ spec, rows: { x, columns } }: ChartModel): Spec {
  const rows = x.map((at, index) => ({
    x: at,
    ...Object.fromEntries(Object.entries(columns).map(([id, values]) => [id, values[index] ?? null])),
  }));
  return {
    ...spec,
    data: (spec.data ?? []).map((source) => (source.name === 'rows' ? { ...source, values: rows } : source)),
  } as Spec;
}
