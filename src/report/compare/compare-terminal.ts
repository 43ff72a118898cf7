import pc from 'picocolors';
import { COMPARED_METRICS, type Comparison } from '../../compare/comparison.js';
import { oneLine } from '../../text/one-line.js';
import { columns, type TerminalOptions } from '../terminal.js';
import { compareText, INTERVALS_NOTE, runText, sideText } from './compare-cells.js';

/** Two runs side by side on a terminal, line by line: what may mislead first, then each phase and tool. */
export function renderTerminalComparison(
  { a, b, caveats, proof, scopes }: Comparison,
  { colours }: TerminalOptions,
): readonly string[] {
  const paint = pc.createColors(colours);
  const rows = [
    ['', 'A', 'B', 'change'],
    ...scopes.flatMap((scope) => [
      [`${scope.by === 'all' ? '' : `${scope.by} `}${oneLine(scope.name, 60)}`],
      ...COMPARED_METRICS.map((metric) => [
        `  ${metric}`,
        sideText(metric, scope.a),
        sideText(metric, scope.b),
        compareText({ scope, metric }),
      ]),
    ]),
  ];
  return [
    ...caveats.map((caveat) => paint.yellow(`! ${oneLine(caveat, 400)}`)),
    ...(caveats.length === 0 ? [] : ['']),
    `A  ${oneLine(runText(a), 200)}`,
    `B  ${oneLine(runText(b), 200)}`,
    '',
    ...columns(rows).map((line, index) => (index === 0 ? paint.dim(line) : rows[index]?.length === 1 ? paint.bold(line) : line)),
    '',
    paint.dim(INTERVALS_NOTE),
    proof,
  ];
}
