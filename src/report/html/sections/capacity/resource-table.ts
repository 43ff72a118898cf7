import type { ResourceFigures } from '../../../../result/capacity-figures.js';
import { resourceRows } from '../../../resource-rows.js';
import { dataTable } from '../../data-table.js';
import { type Html, html, NOTHING } from '../../html.js';

/** What one instance uses, with how sure each figure is and what could not be told. */
export function resourceTable(resources: ResourceFigures): Html {
  const { remarks } = resources;
  return html`<h3>What one instance uses</h3>${dataTable({
    label: 'Use of one instance',
    columns: [{ head: 'Figure' }, { head: 'Value', numeric: true }, { head: '95 % interval', numeric: true }],
    rows: resourceRows(resources).map(({ name, value, interval }) => [name, value, interval]),
  })}${remarks.length === 0 ? NOTHING : html`<ul class="caveats">${remarks.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}
