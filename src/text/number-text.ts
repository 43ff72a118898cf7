import { nounFor } from './count-text.js';

/** A number for a sentence: three significant digits below 1000, whole above, never an exponent. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

export { percentText } from './figure-text.js';

/** `1 instance`, `3 instances`. */
export const countText = (count: number, noun: string): string => `${numberText(count)} ${nounFor(numberText(count), noun)}`;
