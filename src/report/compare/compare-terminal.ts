import pc from 'picocolors';
import type { Comparison } from '../../compare/comparison.js';
import { oneLine } from '../../text/one-line.js';
import { columns, type TerminalOptions } from '../terminal.js';
import { type CompareTable, compareView } from './compare-view.js';

/** Two of one kind side by side on a terminal, line by line: what may mislead first, then each group of figures. */
export function renderTerminalComparison(comparison: Comparison, { colours }: TerminalOptions): readonly string[] {
  const paint = pc.createColors(colours);
  const { caveats, sides, tables, note, proof } = compareView(comparison);
  const rows = [['', 'A', 'B', 'change'], ...tables.flatMap(tableRows)];
  return [
    ...caveats.map((caveat) => paint.yellow(`! ${oneLine(caveat, 400)}`)),
    ...(caveats.length === 0 ? [] : ['']),
    `A  ${oneLine(sides.a, 200)}`,
    `B  ${oneLine(sides.b, 200)}`,
    '',
    ...columns(rows).map((line, index) => (index === 0 ? paint.dim(line) : rows[index]?.length === 1 ? paint.bold(line) : line)),
    '',
    paint.dim(note),
    proof,
  ];
}

/** The rows of a table, each group under its name. */
function tableRows({ head, rows }: CompareTable): readonly (readonly string[])[] {
  const groups = [...new Set(rows.map(({ of }) => of))];
  return groups.flatMap((of) => [
    [`${head === undefined ? '' : `${head.toLowerCase()} `}${oneLine(of, 60)}`],
    ...rows
      .filter((row) => row.of === of)
      .map(({ name, a, b, change }) => [`  ${oneLine(name, 60)}`, oneLine(a, 120), oneLine(b, 120), oneLine(change, 120)]),
  ]);
}
