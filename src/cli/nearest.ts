import { distance } from 'fastest-levenshtein';

/** The known name most like `word`, or undefined when none is near enough to be what was meant (at most a third of its letters differ). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of known) {
    const edits = distance(word.toLowerCase(), name.toLowerCase());
    if (edits < bestDistance && edits < name.length) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
}
