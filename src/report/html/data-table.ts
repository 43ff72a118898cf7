import type { Column } from '../column.js';
import { type Html, type HtmlValue, html, NOTHING } from './html.js';

/** Columns of rows that are lists of cells: names, and then figures. */
export const listColumns = (heads: readonly string[]): readonly Column<readonly HtmlValue[], HtmlValue>[] =>
  heads.map((head, index) => ({ head, cell: (row) => row[index], numeric: index > 0 }));

export interface DataTable<Row> {
  /** Name of the table for those who do not see where it stands. */
  readonly label: string;
  /** The first cell of a row is its head. */
  readonly columns: readonly Column<Row, HtmlValue>[];
  /** Said instead of an empty table. */
  readonly empty?: string;
  /** Many columns of figures: smaller, and heads may take two lines. */
  readonly dense?: boolean;
}

/** A table with heads for columns and rows, in a box of its own that scrolls (by keyboard too) where the page is narrow. */
export function dataTable<Row>(rows: readonly Row[], { label, columns, empty, dense }: DataTable<Row>): Html {
  if (rows.length === 0 && empty !== undefined) return html`<p class="nothing">${empty}</p>`;
  const side = (numeric: boolean): Html => (numeric ? html` class="n"` : NOTHING);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table${dense === true ? html` class="dense"` : NOTHING}>
<thead><tr>${columns.map(({ head, numeric }) => html`<th scope="col"${side(numeric)}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map(({ cell, numeric }, index) => (index === 0 ? html`<th scope="row"${side(numeric)}>${cell(row)}</th>` : html`<td${side(numeric)}>${cell(row)}</td>`))}</tr>
`,
  )}</tbody></table></div>`;
}
