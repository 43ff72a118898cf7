/** Names that a sentence lists, and how long one may be. */
const MOST = 20;
const LONGEST = 80;

/** Names as one list in a sentence: the first twenty, each cut when it is long, and how many more there are. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name));
  return `${shown.join(', ')}${names.length > MOST ? ` and ${names.length - MOST} more` : ''}`;
}
