import type { CapacityAnswer, CapacityFigures } from '../capacity/capacity-figures.js';
import { replicaRemark } from '../capacity/replica-remark.js';
import { rateText, spanText } from './figure-text.js';

/** Rates this near are one rate: Poisson counts of a minute differ by more. */
const ABOUT = 1.02;

/** Says where a trial failed at the rate that a soak had confirmed. Short trials of the first steps are left aside: the soak outweighs them. */
function wanders({ under, trials }: CapacityAnswer): readonly string[] {
  const soak = trials.filter(({ purpose, outcome }) => purpose === 'soak' && outcome === 'pass').at(-1);
  const failed = trials
    .filter(
      ({ purpose, outcome, offeredRate }) =>
        purpose === 'refine' && outcome === 'fail' && offeredRate <= (soak?.offeredRate ?? 0) * ABOUT,
    )
    .sort((a, b) => b.durationS - a.durationS)[0];
  if (failed === undefined) return [];
  const where = under === 'none' ? '' : `Under ${under}: a`;
  return [
    `${where === '' ? 'A' : where} trial of ${spanText(Math.round(failed.durationS))} at ${rateText(failed.offeredRate)} failed, though a soak passed there: the limit wanders about that rate. Plan with the low end of the estimate, as the sizing does.`,
  ];
}

/** What the answer takes for granted, in the order of weight. */
export function capacityCaveats(capacity: CapacityFigures): readonly string[] {
  const { healthy, underFaults, arrivals, instances } = capacity;
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
  const answers = [...(healthy === undefined ? [] : [healthy]), ...underFaults];
  const replicas = answers.flatMap((answer) => replicaRemark(answer, instances) ?? []);
  return [...replicas, ...found.slice(0, 3), ...answers.flatMap(wanders)];
}
