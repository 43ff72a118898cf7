import type { DependencySizing, SizingCap, SizingCount, SizingFigures } from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';
import { amountText, countText, percentText } from '../text/figure-text.js';

type Words = (question: SizingQuestion) => string;

/** What each count of instances, and each cap on them, stands for in words, with the figures of the plan. */
export const COUNT_WORDS: Readonly<Record<SizingCount | SizingCap, Words>> = {
  load: () => 'load at the peak, all instances healthy',
  instanceLoss: ({ surviveInstances }) => `losing ${countText(surviveInstances, 'instance')} at peak`,
  zoneLoss: ({ surviveZones, zones }) => `losing ${amountText(surviveZones)} of ${countText(zones, 'zone')} at peak`,
  sessions: () => 'sessions held by an instance',
  memory: () => 'memory of the busiest remaining instance',
  descriptors: () => 'descriptors of the busiest remaining instance',
  rollingUpdate: () => 'a rolling update at peak',
  minimum: ({ minimum }) => `the fewest allowed (${amountText(minimum)})`,
  connections: () => 'connections of the database',
  dependencyRate: () => 'calls that the database serves',
};

/** What an answer is driven by: `losing 1 of 3 zones at peak`. */
export const drivenBy = (binding: readonly (SizingCount | SizingCap)[], question: SizingQuestion): string =>
  binding.map((name) => COUNT_WORDS[name](question)).join(', ');

/** Instances at the two ends of what one of them carries; undefined where only one end is known, or both ask for as many. */
export function rangeText(
  { capacityPerS, smallestFailPerS }: SizingQuestion,
  sensitivity: SizingFigures['sensitivity'],
): string | undefined {
  if (sensitivity === undefined || smallestFailPerS === null) return undefined;
  const { confirmed, smallestFail } = sensitivity;
  if (smallestFail === null || confirmed === smallestFail) return undefined;
  const ends =
    confirmed === null
      ? `${countText(smallestFail, 'instance')}, or more than fit`
      : `${amountText(smallestFail)} to ${countText(confirmed, 'instance')}`;
  return `Range: ${ends}, depending on where between ${amountText(capacityPerS)} and ${amountText(smallestFailPerS)} calls/s one instance really ends.`;
}

/** What a burst does to a fleet that has no instances for it. */
export function burstText({
  instances,
  addedWaitS,
  utilisation,
  worstAddedWaitS,
  worstUtilisation,
}: NonNullable<SizingFigures['burstAbsorbed']>): string {
  const state = (use: number | undefined, waitS: number): string => {
    const wait = waitS > 0 ? `up to ${amountText(waitS * 1000)} ms extra wait` : 'no extra wait';
    return use === undefined ? wait : `${percentText(use)} utilization, ${wait}`;
  };
  const worst = worstAddedWaitS === undefined ? '' : `; after the worst failure ${state(worstUtilisation, worstAddedWaitS)}`;
  return `If short bursts may use the headroom and queue: ${countText(instances, 'instance')}. During a burst, all healthy: ${state(utilisation, addedWaitS)}${worst}.`;
}

/** Connections of as many instances as run at once, against what is left for them. */
export function connectionsText({ connections, room, instances, instancesThatFit, poolThatFits }: DependencySizing): string {
  const needed = `${countText(instances, 'instance')} at once ${instances === 1 ? 'opens' : 'open'} ${countText(connections, 'connection')}; ${amountText(room)} ${room === 1 ? 'is' : 'are'} left for them`;
  const pool =
    poolThatFits === 0 ? 'not even a pool of 1 would fit that many' : `a pool of up to ${poolThatFits} in each fits that many`;
  return connections <= room
    ? `${needed}, enough for ${countText(instancesThatFit, 'instance')}; ${pool}.`
    : `${needed}: that does not fit. They are enough for ${countText(instancesThatFit, 'instance')}; ${pool}.`;
}

/** `does not fit: the database allows 19 instances, ...`. */
export const unfitText = ({ doesNotFit }: SizingFigures): string =>
  doesNotFit?.summary ?? 'does not fit: no number of instances is enough';

/** Warnings but for what the answer says already. */
export const warningLines = ({ warnings, doesNotFit }: SizingFigures): readonly string[] =>
  warnings.filter((text) => text !== doesNotFit?.summary && doesNotFit?.remedies.includes(text) !== true);
