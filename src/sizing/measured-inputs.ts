import type { CapacityAnswer, ResourceFigures } from '../result/capacity-figures.js';
import type { InputIntervals, InputSources } from './sizing-input-list.js';

const MIB = 2 ** 20;

type Found = Pick<CapacityAnswer, 'interval' | 'estimate'>;

/** Bytes as MB of 2^20. */
export const mib = (bytes: number | undefined): number | undefined => (bytes === undefined ? undefined : bytes / MIB);

/** Rate that one instance sustains: the smaller of the confirmed rate and the low end of the estimate, over the replicas measured. */
export function rateOfOne(answer: Found | undefined, instances: number): number | undefined {
  const found = [answer?.interval.confirmedPass, answer?.estimate?.low].filter((rate) => rate !== undefined && rate > 0);
  return found.length === 0 ? undefined : Math.min(...(found as number[])) / instances;
}

/** Whether that rate is one that a soak held, or the low end of the estimate. */
export function sourceOfRate(answer: Found | undefined): 'measured' | 'estimated' {
  const { confirmedPass } = answer?.interval ?? {};
  return confirmedPass !== undefined && confirmedPass > 0 && confirmedPass <= (answer?.estimate?.low ?? Number.POSITIVE_INFINITY)
    ? 'measured'
    : 'estimated';
}

/** The other end of the interval, for one instance: the smallest rate that failed, else the high end of the estimate. */
export function smallestFailOf(answer: Found | undefined, instances: number, above: number): number | undefined {
  const rate = (answer?.interval.smallestFail ?? answer?.estimate?.high ?? 0) / instances;
  return rate > above ? rate : undefined;
}

/** Mean response time at about a rate, by Little's law, from the passed trial that came nearest to it. */
export function responseTime(answer: Pick<CapacityAnswer, 'trials'> | undefined, ratePerS: number): number | undefined {
  const off = (rate: number) => Math.abs(Math.log(rate / ratePerS));
  const told = (answer?.trials ?? []).flatMap(({ outcome, purpose, achievedRate, meanInFlight }) =>
    outcome === 'pass' &&
    purpose !== 'warm-up' &&
    achievedRate !== undefined &&
    achievedRate > 0 &&
    meanInFlight !== undefined &&
    meanInFlight > 0
      ? [{ rate: achievedRate, latencyS: meanInFlight / achievedRate }]
      : [],
  );
  const [first, ...rest] = told;
  if (first === undefined) return undefined;
  return rest.reduce((nearest, trial) => (off(trial.rate) < off(nearest.rate) ? trial : nearest), first).latencyS;
}

/** How sure the inputs are that were taken from a regression, in the units of the inputs. */
export function intervalsOf(resources: ResourceFigures | undefined, sources: InputSources): InputIntervals {
  const { cpuPerCallS, idleCores, baseBytes, callBytes, sessionBytes } = resources?.intervals ?? {};
  const inMib = (bytes: readonly [number, number] | undefined) =>
    bytes === undefined ? undefined : ([bytes[0] / MIB, bytes[1] / MIB] as const);
  const all = {
    'instance.cpuPerCall': cpuPerCallS,
    'instance.idleCores': idleCores,
    'instance.baseMemory': inMib(baseBytes),
    'instance.callMemory': inMib(callBytes),
    'instance.sessionMemory': inMib(sessionBytes),
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, interval]) =>
      interval === undefined || sources[name] !== 'measured' ? [] : [[name, interval]],
    ),
  );
}
