import type { ResourceFigures } from '../../../../result/capacity-figures.js';
import { column, numeric } from '../../../column.js';
import { resourceRows } from '../../../resource-rows.js';
import { dataTable } from '../../data-table.js';
import { type Html, html, NOTHING } from '../../html.js';

/** What one instance uses, with how sure each figure is and what could not be told. */
export function resourceTable(resources: ResourceFigures): Html {
  const { remarks } = resources;
  return html`<h3>What one instance uses</h3>${dataTable(resourceRows(resources), {
    label: 'Use of one instance',
    columns: [
      column('Figure', ({ name }) => name),
      numeric('Value', ({ value }) => value),
      numeric('95 % interval', ({ interval }) => interval),
    ],
  })}${remarks.length === 0 ? NOTHING : html`<ul class="caveats">${remarks.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}
