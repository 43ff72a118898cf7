const QUOTED_LINES = 5;

/** The last words of a program, in one line: of what it wrote first as far as it wrote anything. */
export function lastLines(...outputs: readonly (string | undefined)[]): string | undefined {
  const said = outputs.find((text) => text !== undefined && text.trim() !== '');
  return said?.trim().split('\n').slice(-QUOTED_LINES).join(' | ');
}
