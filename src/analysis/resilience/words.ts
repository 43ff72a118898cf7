import { nounFor } from '../../text/count-text.js';
/** Seconds with at most two decimals: `0.4 s`, `12 s`. */
export const secondsText = (valueS: number): string => `${Number(valueS.toFixed(valueS < 10 ? 2 : 1))} s`;

/** Microseconds as people read them: `12 ms`, `2.5 s`. */
export const microsText = (valueUs: number): string =>
  valueUs >= 1_000_000 ? secondsText(valueUs / 1_000_000) : `${Number((valueUs / 1000).toFixed(valueUs < 10_000 ? 1 : 0))} ms`;

/** A share as a percentage, cut and never rounded up to 100 %. */
export const shareText = (share: number): string => `${Math.floor(share * 1000 + 1e-9) / 10} %`;

export const callsText = (count: number): string => `${count} ${nounFor(count, 'call')}`;

/** `a`, `a and b`, `a, b and c`. */
export const listText = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
