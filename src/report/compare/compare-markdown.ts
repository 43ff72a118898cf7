import type { Comparison } from '../../compare/comparison.js';
import { column, numeric } from '../column.js';
import { markdownTable, markdownText } from '../markdown-text.js';
import { type CompareRow, compareRows, compareText, INTERVALS_NOTE, runText, sideText } from './compare-cells.js';

/** Two runs side by side in Markdown. */
export function renderMarkdownComparison({ a, b, caveats, proof, scopes }: Comparison): string {
  const table = markdownTable<CompareRow>(compareRows(scopes), [
    column('', ({ scope }) => markdownText(scope.by === 'all' ? scope.name : `${scope.by} ${scope.name}`, 80)),
    column('metric', ({ metric }) => metric),
    numeric('A', ({ scope, metric }) => markdownText(sideText(metric, scope.a))),
    numeric('B', ({ scope, metric }) => markdownText(sideText(metric, scope.b))),
    numeric('change', (row) => markdownText(compareText(row))),
  ]);
  return `${[
    '# plimsoll compare',
    ...(caveats.length === 0 ? [] : [caveats.map((caveat) => `- **${markdownText(caveat, 400)}**`).join('\n')]),
    `A: ${markdownText(runText(a))}  \nB: ${markdownText(runText(b))}`,
    table,
    markdownText(INTERVALS_NOTE),
    markdownText(proof, 400),
  ].join('\n\n')}\n`;
}
