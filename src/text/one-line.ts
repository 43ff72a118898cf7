/** What ends or moves a line somewhere: line feeds of every kind, tabs, and the separators of Unicode. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Other control characters (C0, DEL, C1), and what reorders the text around it: a line could otherwise read as something else. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Text from anywhere as one line, uncut: no terminal escape, no line break, no reordering survives. */
export function plainLine(text: string): string {
  return text
    .replace(BREAKS, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(UNSAFE, '');
}

/** The same in at most `limit` characters (code points). */
export function oneLine(text: string, limit = 300): string {
  const flat = plainLine(text);
  if (flat.length <= limit) return flat;
  const points = [...flat];
  return points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : flat;
}

/** One line, or a list of several. A string is one line whatever stands in it: only a list breaks lines. */
export type Lines = string | readonly string[];

/** Each line cleaned. */
export const plainLines = (lines: Lines): readonly string[] =>
  typeof lines === 'string' ? [plainLine(lines)] : lines.map(plainLine);
