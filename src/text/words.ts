import { countText as counted } from './count-text.js';

/** Figures as they stand in the evidence of a check: always with their unit. */

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** `0.31 ms`, `212 ms`, `1.02 s`. */
export function latencyText(valueUs: number): string {
  if (valueUs >= 1_000_000) return `${trim(valueUs / 1_000_000, 2)} s`;
  return `${trim(valueUs / 1000, valueUs < 10_000 ? 2 : valueUs < 100_000 ? 1 : 0)} ms`;
}

export const percentText = (ratio: number): string => `${trim(ratio * 100, ratio > 0.99 && ratio < 1 ? 3 : 2)} %`;

export const rateText = (perS: number): string => `${trim(perS, perS < 10 ? 2 : perS < 100 ? 1 : 0)}/s`;

/** `1,480 calls`, `1 call`. */
export const countText = (count: number, noun = 'call'): string => counted(count, noun);
