/** Random numbers in [0, 1). */
export type Dice = () => number;

/** FNV-1a over UTF-16 code units (constants: Fowler, Noll, Vo), finished with MurmurHash3's fmix32 so that neighbouring keys fall far apart. */
const hash = (key: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/**
 * Dice that depend on the seed and on what they are thrown for alone, not on the order in which connections happen to talk.
 * Two runs with one seed therefore give the n-th connection the same rolls. Generator: mulberry32 (period 2^32, ample for one connection).
 */
export const diceFor = (seed: number, ...purpose: readonly (string | number)[]): Dice => {
  let state = hash(JSON.stringify([seed, ...purpose]));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};
