import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import { replicaRemark } from '../sizing/replica-remark.js';
import { countText, rateText, spanText } from '../text/figure-text.js';

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
    `${where === '' ? 'A' : where} trial of ${spanText(Math.round(failed.durationS))} at ${rateText(failed.offeredRate)} failed although a soak passed there: the limit varies around that rate. Plan with the low end of the estimate, as the sizing does.`,
  ];
}

/** How much of the search this machine spoiled. */
export function doubts({ inDoubt, undecided }: Pick<CapacityAnswer, 'inDoubt' | 'undecided'>): readonly string[] {
  if (inDoubt === undefined) return [];
  const open = undecided === undefined ? '' : `; ${rateText(undecided)} stayed undecided`;
  return [
    `${countText(inDoubt, 'trial')} failed in doubt: this machine may have made them fail, so they count neither for nor against a rate${open}.`,
  ];
}

/** What the answer assumes, in the order of weight. Nothing is said of a figure that there is not. */
export function capacityCaveats(capacity: CapacityFigures): readonly string[] {
  const { healthy, underFaults, arrivals, instances, sizing } = capacity;
  const answers = [...(healthy === undefined ? [] : [healthy]), ...underFaults];
  const [first] = answers;
  if (first === undefined) return [];
  const { interval, estimate, generatorLimited, trials, tookS } = first;
  const counted = trials.filter(({ purpose, outcome }) => purpose !== 'warm-up' && (outcome === 'pass' || outcome === 'fail'));
  const isFigure = interval.confirmedPass !== undefined || estimate !== undefined;
  const found: string[] = [];
  if (interval.confirmedPass === undefined && counted.some(({ outcome }) => outcome === 'pass'))
    found.push('No soak passed: short trials make a server with rare pauses look better.');
  if (generatorLimited !== undefined)
    found.push(`The load generator was late from ${rateText(generatorLimited)} on: the target may do more.`);
  found.push(...doubts(first));
  if (isFigure)
    found.push(
      `It holds for ${arrivals} arrivals; ${arrivals === 'poisson' ? 'evenly spaced calls would fit more' : 'random arrivals fit less'}.`,
    );
  if (counted.length > 0)
    found.push(
      `A search sees its own ${spanText(Math.round(tookS))}, not the worst hour of a day: repeat it at other times, or soak longer.`,
    );
  if (instances === 1 && sizing !== undefined && sizing.question.scalingEfficiency === null)
    found.push('One instance was measured: the sizing assumes that more instances scale linearly.');
  const replicas = answers.flatMap((answer) => replicaRemark(answer, instances) ?? []);
  return [...replicas, ...found, ...answers.flatMap(wanders)];
}
