import { oneLine } from '../text/one-line.js';
import type { Column } from './column.js';
import { unlinked } from './unlinked.js';

/**
 * Text that stays text in GitHub-flavoured Markdown, inside a table too: every character with a meaning is escaped, `<`, `>` and `&` as
 * entities (a backslash does not stop raw HTML everywhere), and nothing in it mentions or links.
 */
export const markdownText = (text: string, limit = 300): string =>
  unlinked(oneLine(text, limit))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()+!|~$^#=-]/g, '\\$&');

/** Text in code font. */
export const markdownCode = (text: string, limit = 300): string => {
  const flat = oneLine(text, limit).replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') || flat === '' ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
};

/**
 * A table; cells are Markdown already.
 * @param most rows shown; the rest is counted
 */
export function markdownTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row, string>[],
  most = Number.POSITIVE_INFINITY,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const left = rows.length - most;
  return [
    line(columns.map(({ head }) => head)),
    line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))),
    ...rows.slice(0, most).map((row) => line(columns.map(({ cell }) => cell(row)))),
    ...(left > 0 ? [line(columns.map((_, index) => (index === 0 ? `${left} more in report.html` : '')))] : []),
  ].join('\n');
}
