import type { Column } from '../column.js';
import type { ReportView } from '../report-view.js';

/** Markup that is safe to put into a page. Only this file makes one, so that no string reaches a page unescaped. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  static trusted(text: string): Html {
    return new Html(text);
  }
  toString(): string {
    return this.#text;
  }
}

/** What may stand in a `${}`: nothing is written for `undefined`, `null`, `false` and `true`. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text for element content and for quoted attribute values. Control characters that HTML does not allow become U+FFFD; so do lone surrogates. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what HTML forbids.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] as string);

const written = (value: HtmlValue): string => {
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(written).join('');
  return escapeHtml(String(value));
};

/**
 * Escaping template: html`<td title="${text}">${value}</td>`. Strings and numbers are escaped, `Html` stands as it is, arrays are joined.
 * Attribute values have to be quoted.
 */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  Html.trusted(parts.map((part, index) => (index === 0 ? part : written(values[index - 1]) + part)).join(''));

/** Nothing, where a piece of a page is left out. */
export const NOTHING = html``;

/**
 * Markup from a renderer of our own (a chart as SVG, a style sheet, a script). Never for text from a server, a scenario or a user.
 * Every call stands for a renderer that escapes by itself.
 */
export const trustedMarkup = (text: string): Html => Html.trusted(text);

/** One part of a report page. A section that has nothing to say about a run is undefined and leaves no trace. */
export interface Section {
  /** Unique in the page: its anchor. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
  /** A script of ours that the section needs; the content policy names it by its hash. */
  readonly script?: string;
}

export type SectionMaker = (view: ReportView) => Section | undefined | Promise<Section | undefined>;

/** Columns of rows that are lists of cells: names, and then figures. */
export const listColumns = (heads: readonly string[]): readonly Column<readonly HtmlValue[], HtmlValue>[] =>
  heads.map((head, index) => ({ head, cell: (row) => row[index], numeric: index > 0 }));

interface DataTable<Row> {
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
