import { type Html, type HtmlValue, html, NOTHING } from './html.js';

export interface Column {
  readonly head: string;
  /** Figures stand at the right, digits below digits. */
  readonly numeric?: boolean;
}

export interface DataTable {
  /** Name of the table for those who do not see where it stands. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly HtmlValue[])[];
  /** Said instead of an empty table. */
  readonly empty?: string;
  /** Many columns of figures: smaller, and heads may take two lines. */
  readonly dense?: boolean;
}

/** A table with heads for columns and rows, in a box of its own that scrolls (by keyboard too) where the page is narrow. */
export function dataTable({ label, columns, rows, empty, dense }: DataTable): Html {
  if (rows.length === 0 && empty !== undefined) return html`<p class="nothing">${empty}</p>`;
  const numeric = (index: number): Html => (columns[index]?.numeric === true ? html` class="n"` : NOTHING);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table${dense === true ? html` class="dense"` : NOTHING}>
<thead><tr>${columns.map(({ head }, index) => html`<th scope="col"${numeric(index)}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => (index === 0 ? html`<th scope="row"${numeric(0)}>${cell}</th>` : html`<td${numeric(index)}>${cell}</td>`))}</tr>
`,
  )}</tbody></table></div>`;
}
