/** The part of one of several in a whole that is divided evenly; none goes without. */
export const evenShare = (whole: number, parts: number, index: number): number =>
  Math.max(1, Math.floor((whole + parts - 1 - index) / parts));
