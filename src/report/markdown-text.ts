import { oneLine } from '../text/one-line.js';

/**
 * Text that stays text in GitHub-flavoured Markdown, inside a table too: every character with a meaning is escaped, `<` and `&` as
 * entities (a backslash does not stop raw HTML everywhere), and an `@` or `#` can neither mention nor link.
 */
export const markdownText = (text: string, limit = 300): string =>
  oneLine(text, limit)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()+!|~$^=-]/g, '\\$&')
    .replace(/[@#]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`);

/** Text in code font. */
export const markdownCode = (text: string, limit = 300): string => {
  const flat = oneLine(text, limit).replace(/\|/g, '\\|');
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') || flat === '' ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
};

/** A table; cells are Markdown already. */
export function markdownTable(
  head: readonly { readonly name: string; readonly numeric?: boolean }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(({ name }) => name)),
    line(head.map(({ numeric }) => (numeric === true ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
