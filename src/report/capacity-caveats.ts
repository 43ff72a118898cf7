import type { CapacityFigures } from '../capacity/capacity-figures.js';
import { rateText, spanText } from './figure-text.js';

/** What the answer takes for granted, in the order of weight. */
export function capacityCaveats(capacity: CapacityFigures): readonly string[] {
  const { healthy, arrivals, instances } = capacity;
  const found: string[] = [];
  if (healthy?.ending === 'unconfirmed' || healthy?.ending === 'interrupted')
    found.push('No soak passed: short trials flatter a server with rare pauses.');
  if (healthy?.generatorLimited !== undefined)
    found.push(
      `The generator was late from ${rateText(healthy.generatorLimited)} on: this is what was reached, not what the target can do.`,
    );
  found.push(
    `It holds for ${arrivals} arrivals; ${arrivals === 'poisson' ? 'evenly spaced calls would fit more' : 'random arrivals fit less'}.`,
  );
  if (healthy !== undefined)
    found.push(
      `A search sees its own ${spanText(Math.round(healthy.tookS))}, not the worst hour of a day: repeat it at other times, or soak longer.`,
    );
  if (instances === 1) found.push('One instance was measured: more instances are taken to scale linearly.');
  return found.slice(0, 3);
}
