import type { Comparison } from '../../compare/comparison.js';
import { column, numeric } from '../column.js';
import { dataTable, type Html, html, NOTHING } from '../html/html.js';
import { renderPage } from '../html/page.js';
import { type CompareRow, type CompareTable, compareView } from './compare-view.js';

/** Two of one kind side by side as a page in one file that needs no network. */
export async function renderComparePage(comparison: Comparison): Promise<string> {
  const { title, scenarios, sides, caveats, tables, note, proof, source } = compareView(comparison);
  return renderPage({
    title: `${scenarios}: ${title.toLowerCase()} (plimsoll)`,
    head: html`<header class="head"><p class="brand">plimsoll · comparison</p><h1>${scenarios}</h1></header>
<section id="verdict" class="verdict is-not-applicable" aria-labelledby="verdict-title"><div><h2 id="verdict-title">${title} side by side</h2>
${caveats.length === 0 ? NOTHING : html`<ul class="reasons">${caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul>`}
<p class="why">${proof.replaceAll('`', '')}</p>
<p>A: ${sides.a}<br>B: ${sides.b}</p></div></section>`,
    sections: tables.map((table) => ({
      id: table.id,
      title: table.title,
      body: html`${figures(table)}<p class="note">${note}</p>`,
    })),
    foot: html`<p>Every figure is derived from ${source}. <code>plimsoll compare</code> writes this page again.</p>`,
  });
}

const figures = ({ title, head, rows }: CompareTable): Html =>
  dataTable(rows, {
    label: title,
    columns: [
      ...(head === undefined ? [] : [column(head, ({ of }: CompareRow) => of)]),
      column('Figure', ({ name }) => name),
      numeric('A', ({ a }) => a),
      numeric('B', ({ b }) => b),
      numeric('Change', ({ change }) => change),
    ],
  });
