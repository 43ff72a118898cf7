import { found } from './elements.js';
import type { LiveChart } from './live-chart.js';

/** A linear or logarithmic scale of Vega, which types it as anything. */
interface XScale {
  (value: number): number;
  invert(pixel: number): number;
  domain(): readonly number[];
  range(): readonly number[];
}

/** Where the plot of a chart is within its stage, in CSS pixels. */
interface ChartArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** CSS pixels for each pixel of the picture. */
  readonly ratio: number;
  readonly scale: XScale;
}

export function chartArea({ plot, stage, view }: LiveChart): ChartArea {
  const svg = found<SVGSVGElement>(plot, 'svg');
  const box = svg.getBoundingClientRect();
  const outer = stage.getBoundingClientRect();
  const ratio = box.width / svg.width.baseVal.value;
  const scale = view.scale('x') as XScale;
  const origin = view.origin();
  const padding = view.padding() as { readonly left: number; readonly top: number };
  return {
    left: box.left - outer.left + (origin[0] + padding.left) * ratio,
    top: box.top - outer.top + (origin[1] + padding.top) * ratio,
    width: (scale.range()[1] ?? 0) * ratio,
    height: (view.signal('height') as number) * ratio,
    ratio,
    scale,
  };
}

/** Position of a value of the x axis within the stage, in CSS pixels. */
export const xPixel = ({ left, scale, ratio }: ChartArea, x: number): number => left + scale(x) * ratio;

/** The value of the x axis under a pointer. */
export function xAt(chart: LiveChart, clientX: number): number {
  const { left, width, ratio, scale } = chartArea(chart);
  const pixel = clientX - chart.stage.getBoundingClientRect().left - left;
  return scale.invert(Math.min(width, Math.max(0, pixel)) / ratio);
}

/** The row nearest to a value of the x axis among those in view; undefined when none is. */
export function nearestRow(chart: LiveChart, x: number): number | undefined {
  const xs = chart.model.rows.x;
  const [from = -Infinity, to = Infinity] = (chart.view.scale('x') as XScale).domain();
  let best: number | undefined;
  for (const [index, at] of xs.entries()) {
    if (at < from || at > to) continue;
    if (best === undefined || Math.abs(at - x) < Math.abs((xs[best] as number) - x)) best = index;
  }
  return best;
}
