import type { ModelSeries } from '../charts/chart-model.js';

/** A new element. Text from a run is only ever set as text. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className?: string,
  text?: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * The element that the report always writes there.
 * @throws Error when it is missing: page and script are made together
 */
export function found<Kind extends Element = HTMLElement>(within: ParentNode, selector: string): Kind {
  const element = within.querySelector<Kind>(selector);
  if (element === null) throw new Error(`the report has no ${selector}`);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The stroke of a series, as its legend shows it. */
export function swatch({ colour, dash }: ModelSeries): SVGElement {
  const svg = withAttributes('svg', { class: 'swatch', width: 26, height: 10, viewBox: '0 0 26 10' });
  svg.append(
    withAttributes('line', {
      x1: 1,
      y1: 5,
      x2: 25,
      y2: 5,
      stroke: colour,
      'stroke-width': 2.25,
      'stroke-dasharray': dash.join(' '),
    }),
  );
  return svg;
}

function withAttributes(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
