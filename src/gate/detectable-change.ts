import type { RatioLimits } from '../scenario/gate-settings.js';
import { simulateGates } from './simulate-gates.js';

/** Share of gates that must find a change before it is called detectable. */
const FOUND = 0.9;
const GATES = 1000;
const STEPS = 9;
/** Larger changes are not looked for. */
const LARGEST = 2;

/**
 * The smallest change that the whole rule, its looks and its confirmation included, finds in 90 % of gates at this spread of the pairs, by
 * simulation. A share: 0.12 is 12 % worse.
 * @param pairSd pooled spread of the log ratio of a pair
 * @returns undefined where even a threefold time would be missed too often
 */
export function detectableChange(order: {
  readonly pairSd: number;
  readonly metrics: number;
  readonly limits: RatioLimits;
  readonly looks: readonly number[];
}): number | undefined {
  const found = (change: number): boolean => simulateGates({ ...order, gates: GATES, change, seed: 1 }).worse >= FOUND;
  if (!found(LARGEST)) return undefined;
  let [missed, seen] = [0, LARGEST];
  for (let step = 0; step < STEPS; step++) {
    const middle = Math.exp((Math.log1p(missed) + Math.log1p(seen)) / 2) - 1;
    if (found(middle)) seen = middle;
    else missed = middle;
  }
  return seen;
}
