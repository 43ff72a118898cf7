import type { Comparison } from '../../compare/comparison.js';
import { column, numeric } from '../column.js';
import { markdownTable, markdownText } from '../markdown-text.js';
import { type CompareRow, type CompareTable, compareView } from './compare-view.js';

/** Two of one kind side by side in Markdown. */
export function renderMarkdownComparison(comparison: Comparison): string {
  const { caveats, sides, tables, note, proof } = compareView(comparison);
  const rows = tables.flatMap((table) => table.rows.map((row) => ({ ...row, of: nameOf(table, row) })));
  const table = markdownTable<CompareRow>(rows, [
    column('', ({ of }) => markdownText(of, 80)),
    column('', ({ name }) => markdownText(name, 80)),
    numeric('A', ({ a }) => markdownText(a)),
    numeric('B', ({ b }) => markdownText(b)),
    numeric('change', ({ change }) => markdownText(change)),
  ]);
  return `${[
    '# plimsoll compare',
    ...(caveats.length === 0 ? [] : [caveats.map((caveat) => `- **${markdownText(caveat, 400)}**`).join('\n')]),
    `A: ${markdownText(sides.a)}  \nB: ${markdownText(sides.b)}`,
    table,
    markdownText(note, 400),
    markdownText(proof, 400),
  ].join('\n\n')}\n`;
}

/** `tool search`, `metric p95`; a table of one group by its own name. */
const nameOf = ({ head }: CompareTable, { of }: CompareRow): string => (head === undefined ? of : `${head.toLowerCase()} ${of}`);
