import type { SizingCap, SizingCount, SizingCounts } from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';
import { Fleet, fits, podCount } from './fleet.js';

/** No fleet is larger; a count that is not met up to here is not met by instances. */
export const MOST_INSTANCES = 5000;

type Condition = (n: number) => boolean;

/** The conditions that apply, each with the count that it makes. */
export function conditionsOf(fleet: Fleet): ReadonlyMap<SizingCount, Condition> {
  const { question } = fleet;
  const { utilisation, failureUtilisation, surviveInstances, surviveZones, maxSessions, rolling } = question;
  const conditions = new Map<SizingCount, Condition>();
  const survived = (lost: (n: number) => number) => (n: number) => fits(fleet.utilisation(n, lost(n)), failureUtilisation);
  const left = (condition: Condition) => (n: number) => fleet.survivors(n) >= 1 && condition(fleet.survivors(n));

  conditions.set('load', (n) => fits(fleet.utilisation(n, 0), utilisation));
  if (surviveInstances > 0)
    conditions.set(
      'instanceLoss',
      survived(() => surviveInstances),
    );
  if (surviveZones > 0)
    conditions.set(
      'zoneLoss',
      survived((n) => fleet.inLostZones(n)),
    );
  if (maxSessions !== null)
    conditions.set(
      'sessions',
      left((s) => fits(fleet.sessionsHottest(s), maxSessions)),
    );
  if (countsMemory(question))
    conditions.set(
      'memory',
      left((s) => fleet.memoryFits(fleet.memoryMb(s) as number)),
    );
  if (question.descriptorLimit !== null)
    conditions.set(
      'descriptors',
      left((s) => fleet.descriptorsFit(fleet.descriptors(s))),
    );
  if (rolling !== null)
    conditions.set(
      'rollingUpdate',
      survived((n) => podCount(rolling.maxUnavailable, n, 'down')),
    );
  return conditions;
}

export const countsMemory = (question: SizingQuestion): boolean =>
  question.baseMemoryMb !== null && (question.memoryLimitMb !== null || question.heapLimitMb !== null);

/** Smallest n from `from` on that meets a condition; `null` when none does. */
export function smallest(condition: Condition, from = 1): number | null {
  for (let n = from; n <= MOST_INSTANCES; n++) if (condition(n)) return n;
  return null;
}

export interface Counted {
  readonly counts: SizingCounts;
  /** Smallest number that meets every count and is allowed by every cap; `null` where there is none. */
  readonly instances: number | null;
  /** The same without the caps. */
  readonly needed: number | null;
  readonly binding: readonly (SizingCount | SizingCap)[];
}

/**
 * Each count starts at 1 and stands alone; the answer is the smallest number that meets all of them at once. The two may differ, for more
 * is not always safer: with three zones 6 instances lose 2 and 7 lose 3. Caps ask for no instances; they forbid numbers above them.
 */
export function countInstances(question: SizingQuestion): Counted {
  const fleet = new Fleet(question);
  const conditions = conditionsOf(fleet);
  const counted = new Map([...conditions].map(([name, condition]) => [name, smallest(condition)] as const));
  const alone = (name: SizingCount) => (conditions.has(name) ? (counted.get(name) ?? null) : 0);
  const counts: SizingCounts = {
    load: alone('load'),
    instanceLoss: alone('instanceLoss'),
    zoneLoss: alone('zoneLoss'),
    sessions: alone('sessions'),
    memory: alone('memory'),
    descriptors: alone('descriptors'),
    ...(question.rolling === null ? {} : { rollingUpdate: alone('rollingUpdate') }),
    minimum: question.minimum,
  };
  const all = Object.values(counts);
  const needed = all.includes(null)
    ? null
    : smallest((n) => [...conditions.values()].every((condition) => condition(n)), Math.max(1, ...(all as number[])));
  const caps = capsOver(fleet, needed);
  // Above the smallest number that the counts ask for there is none that a cap allows either.
  const instances = caps.length > 0 ? null : needed;
  const binding = [...(needed === null || caps.length === 0 ? bindingOf(counts, needed, conditions) : []), ...caps];
  return { counts, instances, needed, binding };
}

/** The caps that a fleet is above. More connections than allowed stay too many with more instances, and more calls than a dependency serves at any number. */
function capsOver(fleet: Fleet, needed: number | null): readonly SizingCap[] {
  return [
    ...(needed !== null && !fleet.connectionsFit(needed) ? (['connections'] as const) : []),
    ...((fleet.dependencyUse ?? 0) > 1 ? (['dependencyRate'] as const) : []),
  ];
}

/** The counts that equal the answer; where none does, those that one instance fewer would not meet. */
function bindingOf(
  counts: SizingCounts,
  instances: number | null,
  conditions: ReadonlyMap<SizingCount, Condition>,
): readonly SizingCount[] {
  const names = Object.keys(counts) as SizingCount[];
  if (instances === null) return names.filter((name) => counts[name] === null);
  const equal = names.filter((name) => counts[name] === instances);
  if (equal.length > 0) return equal;
  return names.filter((name) => conditions.get(name)?.(instances - 1) === false);
}
