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
  // A third of the letters wrong is still a slip; half of them is another word.
  const length = Math.max(found.length, best.name.length);
  return best.steps <= Math.ceil(length / 3) && best.steps * 2 < length ? best.name : undefined;
};

/** `did you mean "p95"?`, for the known name that `found` is most likely a slip of. */
export const didYouMean = (found: string, known: readonly string[], write = (name: string): string => `"${name}"`) => {
  const near = nearest(found, known);
  return near === undefined ? undefined : `did you mean ${write(near)}?`;
};
