import type { ComparedScope, Comparison } from '../../compare/comparison.js';
import { column, numeric } from '../column.js';
import { dataTable } from '../html/data-table.js';
import { type Html, html, NOTHING } from '../html/html.js';
import { renderPage } from '../html/page.js';
import type { Section } from '../html/section.js';
import { type CompareRow, compareRows, compareText, INTERVALS_NOTE, runText, sideText } from './compare-cells.js';

const TITLES: Readonly<Record<ComparedScope['by'], string>> = { all: 'All judged calls', phase: 'Phases', tool: 'Tools' };

/** Two runs side by side as a page in one file that needs no network. */
export async function renderComparePage(comparison: Comparison): Promise<string> {
  const { a, b, caveats, proof, scopes } = comparison;
  const names = a.scenario === b.scenario ? a.scenario : `${a.scenario} and ${b.scenario}`;
  return renderPage({
    title: `${names}: two runs (plimsoll)`,
    head: html`<header class="head"><p class="brand">plimsoll · comparison</p><h1>${names}</h1></header>
<section id="verdict" class="verdict is-not-applicable" aria-labelledby="verdict-title"><div><h2 id="verdict-title">Two runs side by side</h2>
${caveats.length === 0 ? NOTHING : html`<ul class="reasons">${caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul>`}
<p class="why">${proof.replaceAll('`', '')}</p>
<p>A: ${runText(a)}<br>B: ${runText(b)}</p></div></section>`,
    sections: (['all', 'phase', 'tool'] as const).flatMap((by) =>
      section(
        by,
        scopes.filter((scope) => scope.by === by),
      ),
    ),
    foot: html`<p>Every figure is derived from <code>journal.ndjson</code> in the two run folders. <code>plimsoll compare</code> writes this page again.</p>`,
  });
}

function section(by: ComparedScope['by'], scopes: readonly ComparedScope[]): readonly Section[] {
  if (scopes.length === 0) return [];
  return [{ id: by, title: TITLES[by], body: html`${table(by, compareRows(scopes))}<p class="note">${INTERVALS_NOTE}</p>` }];
}

const table = (by: ComparedScope['by'], rows: readonly CompareRow[]): Html =>
  dataTable(rows, {
    label: TITLES[by],
    columns: [
      ...(by === 'all' ? [] : [column(by === 'phase' ? 'Phase' : 'Tool', ({ scope }: CompareRow) => scope.name)]),
      column('Metric', ({ metric }) => metric),
      numeric('A', ({ scope, metric }) => sideText(metric, scope.a)),
      numeric('B', ({ scope, metric }) => sideText(metric, scope.b)),
      numeric('Change', (row) => compareText(row)),
    ],
  });
