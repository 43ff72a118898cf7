import type { Spec } from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import type { Chart } from './chart.js';
import { type ChartRows, rowsOf } from './chart-rows.js';
import { lineChartSpec } from './line-chart-spec.js';

/** A chart as a picture, and as the compiled Vega specification from which a browser draws it again. */
export interface DrawnChart {
  readonly svg: string;
  /** Its data source `rows` is empty: the rows stand apart, by column. */
  readonly spec: Spec;
  readonly rows: ChartRows;
}

/** Draws a chart as SVG without a browser and without a canvas. Vega is loaded on first use: it costs a quarter of a second. */
export async function drawChart(chart: Chart): Promise<DrawnChart> {
  const { View, compile, onlyErrors, parse } = await import('./vega-engine.js');
  const { spec } = compile(lineChartSpec(chart));
  const rows = rowsOf(chart);
  const view = new View(parse(filled(spec as Spec, rows)), { renderer: 'none', logLevel: onlyErrors });
  try {
    return { svg: tidySvg(await view.toSVG()), spec: spec as Spec, rows };
  } finally {
    view.finalize();
  }
}

/** Draws a specification that holds its own data, as SVG. */
export async function drawSpec(spec: TopLevelSpec): Promise<string> {
  const { View, compile, onlyErrors, parse } = await import('./vega-engine.js');
  const view = new View(parse(compile(spec).spec as Spec), { renderer: 'none', logLevel: onlyErrors });
  try {
    return tidySvg(await view.toSVG());
  } finally {
    view.finalize();
  }
}

const filled = (spec: Spec, { x, columns }: ChartRows): Spec => ({
  ...spec,
  data: (spec.data ?? []).map((source) =>
    source.name === 'rows'
      ? {
          ...source,
          values: x.map((at, index) => ({
            x: at,
            ...Object.fromEntries(Object.entries(columns).map(([id, all]) => [id, all[index] ?? null])),
          })),
        }
      : source,
  ),
});

/** Coordinates to a tenth of a pixel (a fifth of the size), and without what a figure in a page repeats or a content policy refuses. */
const tidySvg = (svg: string): string =>
  svg
    .replace(
      / d="([^"]*)"/g,
      (_, path: string) => ` d="${path.replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1))))}"`,
    )
    .replace(/ (xmlns|xmlns:xlink|version|class|role|aria-roledescription|aria-hidden|pointer-events)="[^"]*"/g, '')
    .replace(/<path d="[^"]*" display="none"\/>/g, '')
    .replace(/^<svg/, '<svg aria-hidden="true" focusable="false"');
