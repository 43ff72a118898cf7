import { distance } from 'fastest-levenshtein';

/** The known name that `found` is most likely a slip of, if one is near enough. */
export const nearest = (found: string, known: readonly string[]): string | undefined => {
  const lower = found.toLowerCase();
  let best: { readonly name: string; readonly steps: number } | undefined;
  for (const name of known) {
    const steps = distance(lower, name.toLowerCase());
    if (best === undefined || steps < best.steps) best = { name, steps };
  }
  if (best === undefined) return undefined;
  // A third of the letters wrong is still a slip; more is another word.
  return best.steps <= Math.max(1, Math.ceil(Math.max(found.length, best.name.length) / 3)) ? best.name : undefined;
};
