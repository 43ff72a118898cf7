import type { DoesNotFit, SizingCap, SizingCount } from '../result/sizing-figures.js';
import { compact } from '../scenario/file/compact.js';
import { amountText, countText } from '../text/figure-text.js';
import type { Fleet } from './fleet.js';
import { type Counted, conditionsOf, MOST_INSTANCES } from './instance-counts.js';
import { COUNT_WORDS } from './sizing-words.js';

/**
 * Why no number of instances meets a plan, and what would fit. Pure.
 * @param withPeak the fleet of the same plan at another peak, calls/s
 */
export function doesNotFit(fleet: Fleet, counted: Counted, withPeak: (peakPerS: number) => Fleet): DoesNotFit {
  const { needed, binding } = counted;
  const allowed = binding.includes('connections') ? fleet.mostByConnections : undefined;
  const peakThatFits = allowed === undefined || binding.length > 1 ? undefined : largestPeak(fleet, allowed, withPeak);
  const reasons = reasonsOf(fleet, counted);
  return {
    summary: `does not fit: ${reasons.join('; ')}`,
    ...(needed === null ? {} : { needed }),
    ...compact({ allowed, peakThatFits }),
    remedies: allowed === undefined || needed === null ? [] : connectionRemedies(fleet, needed, allowed, peakThatFits),
  };
}

function reasonsOf(fleet: Fleet, { binding, needed }: Counted): readonly string[] {
  const counts: SizingCount[] = [];
  const reasons: string[] = [];
  for (const name of binding) {
    const own = reasonOf(name, fleet, needed);
    if (own === undefined) counts.push(name as SizingCount);
    else reasons.push(own);
  }
  if (counts.length === 0 && reasons.length > 0) return reasons;
  const which = counts.length === 0 ? '' : ` (${counts.map((name) => COUNT_WORDS[name](fleet.question)).join(', ')})`;
  return [`no number of instances is enough${which}${ceilingText(fleet, counts)}`, ...reasons];
}

/** Scaling as measured has a ceiling; without one more instances than anybody runs are asked for. */
function ceilingText(fleet: Fleet, counts: readonly SizingCount[]): string {
  const byLoad = counts.some(
    (name) => name === 'load' || name === 'instanceLoss' || name === 'zoneLoss' || name === 'rollingUpdate',
  );
  if (byLoad && fleet.ceiling !== Number.POSITIVE_INFINITY)
    return `: from the scaling efficiency of two, no number of them passes ${amountText(fleet.ceiling)} calls/s`;
  return `: not even ${MOST_INSTANCES}`;
}

/** A cap, or a count that an instance without any load misses already; undefined for all else. */
function reasonOf(name: SizingCount | SizingCap, fleet: Fleet, needed: number | null): string | undefined {
  const { question } = fleet;
  const { dependency, fill, baseMemoryMb: base, memoryLimitMb: limit, heapLimitMb: heap, heapShare } = question;
  if (name === 'connections' && dependency !== null) {
    const allowed = fleet.mostByConnections;
    const extra = question.rolling === null ? '' : ', those that an update adds included';
    return `the database allows ${countText(allowed, 'instance')}, the plan needs ${amountText(needed ?? 0)} (${countText(fleet.connectionRoom ?? 0, 'connection')} left for them, a pool of ${amountText(dependency.pool)} in each${extra})`;
  }
  if (name === 'dependencyRate' && dependency?.capacityPerS != null)
    return `the database serves ${amountText(dependency.capacityPerS)} calls/s, the plan asks it for ${amountText(fleet.calls * dependency.callsPerCall)}`;
  if (name === 'memory' && base !== null) {
    const over = (most: number | null, share: number): most is number => most !== null && base * share > fill * most;
    const idle = (most: number, what: string): string =>
      `an instance without load takes ${amountText(base)} MB; of its ${what} of ${amountText(most)} MB ${amountText(fill * most)} MB is usable`;
    if (over(limit, 1)) return idle(limit, 'memory limit');
    if (over(heap, heapShare)) return idle(heap, 'heap limit');
  }
  const { descriptorLimit, baseDescriptors } = question;
  if (name === 'descriptors' && descriptorLimit !== null && baseDescriptors > fill * descriptorLimit)
    return `an instance without load holds ${countText(baseDescriptors, 'descriptor')}; of its limit of ${amountText(descriptorLimit)} it may use ${amountText(fill * descriptorLimit)}`;
  return undefined;
}

function connectionRemedies(fleet: Fleet, needed: number, allowed: number, peakPerS: number | undefined): readonly string[] {
  const room = fleet.connectionRoom ?? 0;
  const { dependency } = fleet.question;
  if (dependency === null) return [];
  const atOnce = fleet.connections(needed) / dependency.pool;
  const pool = Math.floor(room / atOnce);
  return [
    ...(peakPerS === undefined
      ? []
      : [`${countText(allowed, 'instance')} ${allowed === 1 ? 'carries' : 'carry'} a peak of ${amountText(peakPerS)} calls/s`]),
    pool === 0
      ? `no smaller pool fits: ${countText(atOnce, 'instance')} at once, ${countText(room, 'connection')}`
      : `a pool of ${pool} in each of ${countText(atOnce, 'instance')} fits${poolText(fleet, needed, pool)}`,
    `or ${countText(fleet.connections(needed), 'connection')}, or a pooler between the instances and the database`,
  ];
}

/** A smaller pool lowers what an instance carries where more calls than it holds are in flight. */
function poolText(fleet: Fleet, needed: number, pool: number): string {
  if (fleet.inflight === undefined) return '; measure the capacity with that pool first';
  const each = fleet.inflight / fleet.survivors(needed);
  return each <= pool
    ? `, and ${amountText(each)} calls are in flight in each`
    : `, but ${amountText(each)} calls are in flight in each: measure the capacity with that pool first`;
}

/** Largest planned peak that at most so many instances carry; undefined where they carry none. Calls/s, to three digits, rounded down. */
function largestPeak(fleet: Fleet, allowed: number, withPeak: (peakPerS: number) => Fleet): number | undefined {
  const carried = (peakPerS: number): boolean => {
    const conditions = [...conditionsOf(withPeak(peakPerS)).values()];
    for (let n = Math.max(1, fleet.question.minimum); n <= allowed; n++)
      if (conditions.every((condition) => condition(n))) return true;
    return false;
  };
  let [low, high] = [0, fleet.question.peakPerS];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (carried(middle)) low = middle;
    else high = middle;
  }
  const digits = 10 ** (Math.floor(Math.log10(low)) - 2);
  const rounded = Math.floor(low / digits) * digits;
  return low > 1e-6 * fleet.question.peakPerS && rounded > 0 ? Number(rounded.toPrecision(3)) : undefined;
}
