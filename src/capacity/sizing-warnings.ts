import type { Fleet } from './fleet.js';
import { conditionsOf, countsMemory, MOST_INSTANCES } from './instance-counts.js';
import { countText, numberText, percentText } from './number-text.js';
import type { AutoscalingFigures, DependencySizing, FaultSizing, SizingFigures } from './sizing-figures.js';

export interface Weighed {
  readonly fleet: Fleet;
  readonly instances: number | null;
  readonly binding: SizingFigures['binding'];
  readonly sensitivity: NonNullable<SizingFigures['sensitivity']> | undefined;
  readonly underFaults: readonly FaultSizing[];
  readonly dependency: DependencySizing | undefined;
  readonly autoscaling: AutoscalingFigures | undefined;
}

/** What instances cannot cure, and what the answer takes for granted. */
export function warningsOf(weighed: Weighed): readonly string[] {
  const { fleet, instances, binding } = weighed;
  const q = fleet.question;
  const linear = q.scalingEfficiency === null ? ['assumes linear scaling'] : [];
  if (instances === null) {
    return [...linear, `no instance count up to ${MOST_INSTANCES} is enough: ${binding.join(', ')}`, ...ceilingWarning(fleet)];
  }
  return [
    ...linear,
    ...limitWarnings(weighed),
    ...fleetWarnings(weighed, instances),
    ...sessionWarnings(fleet, instances),
    ...unknownWarnings(fleet),
    ...faultWarnings(weighed, instances),
    ...autoscalingWarnings(weighed),
  ];
}

const linesOf = (...lines: readonly (string | false)[]): readonly string[] => lines.filter((line) => line !== false);

function ceilingWarning(fleet: Fleet): readonly string[] {
  const { scalingEfficiency } = fleet.question;
  if (scalingEfficiency === null || fleet.ceiling === Number.POSITIVE_INFINITY) return [];
  return [
    `two instances carry ${percentText(scalingEfficiency)} of twice one: extrapolated, no number of them passes ${numberText(fleet.ceiling)} calls/s (a warning from two points, not a law)`,
  ];
}

function limitWarnings({ fleet, dependency }: Weighed): readonly string[] {
  const { heapLimitMb: heap, memoryLimitMb: limit, dependency: shared, utilisation } = fleet.question;
  const asked = dependency?.utilisation ?? null;
  return linesOf(
    heap !== null && limit !== null && heap < limit && `heap limit ${heap} MB is below the memory limit ${limit} MB`,
    dependency !== undefined &&
      shared !== null &&
      dependency.connections > dependency.room &&
      `connections: ${dependency.instances} instances x pool ${shared.pool} = ${dependency.connections}, the dependency has room for ${dependency.room}; more instances make it worse`,
    dependency !== undefined &&
      asked !== null &&
      asked > utilisation &&
      `the dependency will be asked for ${numberText(dependency.callsPerSecond)} calls/s, ${percentText(asked)} of its capacity: instances do not add to that`,
  );
}

function fleetWarnings({ fleet, sensitivity }: Weighed, instances: number): readonly string[] {
  const { cores, cpuPerCallS, idleCores, capacityPerS, zones, surviveZones } = fleet.question;
  const atCapacity = cpuPerCallS === null ? undefined : (idleCores ?? 0) + cpuPerCallS * capacityPerS;
  const other = sensitivity?.smallestFail ?? null;
  const more = [...conditionsOf(fleet)].filter(([, condition]) => !condition(instances + 1)).map(([name]) => name);
  return linesOf(
    cores !== null &&
      atCapacity !== undefined &&
      cores >= 1.5 &&
      atCapacity < 0.6 * cores &&
      `at its capacity an instance uses ${numberText(atCapacity)} of its ${numberText(cores)} cores: more cores do not help it (a process of one event loop uses about one)`,
    more.length > 0 &&
      `one instance more is not safer: ${instances + 1} do not meet ${more.join(', ')}${surviveZones > 0 ? `; prefer multiples of the ${zones} zones` : ''}`,
    other !== null &&
      sensitivity !== undefined &&
      other !== sensitivity.confirmed &&
      `${sensitivity.confirmed} instances at the lower end of the measured interval, ${other} at the upper: a longer search may be cheaper than an instance`,
  );
}

function sessionWarnings(fleet: Fleet, instances: number): readonly string[] {
  const { affinity, reconnectS, openingCost, surviveInstances, surviveZones, sessionsOpenedPerS } = fleet.question;
  if (affinity === 'none' || fleet.sessions === 0) return [];
  const hottest = fleet.hotspotLoad(Math.max(1, fleet.survivors(instances)));
  const losses = surviveInstances > 0 || surviveZones > 0;
  return linesOf(
    hottest > 1.1 &&
      `sessions stay with their instance: the hottest gets ${numberText(hottest)} times the mean, and new instances stay empty until sessions end`,
    losses &&
      reconnectS === null &&
      'how fast lost sessions come back is not known (reconnect): the storm of reconnects after a loss is not counted',
    openingCost === 0 &&
      (sessionsOpenedPerS > 0 || (losses && reconnectS !== null)) &&
      'the cost of opening a session is not known (sessions.openingCost): opening and reconnecting are counted as free',
  );
}

function unknownWarnings(fleet: Fleet): readonly string[] {
  const q = fleet.question;
  const limited = q.memoryLimitMb !== null || q.heapLimitMb !== null;
  const asNothing = linesOf(
    q.sessionMemoryMb === null && q.sessionsHeld > 0 && 'of a session (instance.sessionMemory)',
    q.callMemoryMb === null && 'of a call in flight (instance.callMemory)',
  );
  const byLatency = q.descriptorLimit !== null || (countsMemory(q) && (q.callMemoryMb ?? 0) > 0);
  return linesOf(
    limited && q.baseMemoryMb === null && 'memory is not counted: that of an idle instance is not known (instance.baseMemory)',
    countsMemory(q) && asNothing.length > 0 && `memory ${asNothing.join(' and ')} is not known and counts as 0`,
    q.latencyS === null && byLatency && 'the response time is not known (measured.latency): calls in flight count as 0',
  );
}

function faultWarnings({ underFaults }: Weighed, instances: number): readonly string[] {
  return underFaults.flatMap(({ name, instances: needed, reason, memoryFitsAtPlannedInstances }) => {
    if (needed === null) return [`${name}: ${reason ?? 'no number of instances is enough'}`];
    if (needed <= instances) return [];
    const memory = memoryFitsAtPlannedInstances === false ? ', and memory does not fit' : '';
    return [`${name}: ${needed} instances keep the SLO under it, ${instances} are planned${memory}`];
  });
}

function autoscalingWarnings({ fleet, autoscaling, dependency }: Weighed): readonly string[] {
  const asked = fleet.question.autoscaling;
  if (asked === null) return [];
  if (autoscaling === undefined) return ['no autoscaling target: CPU per call or idle CPU is not known'];
  const { maxReplicas, replicasAtPlannedPeak, targetPercent } = autoscaling;
  return linesOf(
    targetPercent < 1 && 'no autoscaling target is safe: a count that the autoscaler may choose leaves no survivor',
    replicasAtPlannedPeak === null && 'idle CPU alone is above the autoscaling target: instances would be added without end',
    dependency !== undefined &&
      maxReplicas > dependency.instancesThatFit &&
      `the autoscaler may run ${countText(maxReplicas, 'instance')}, the connections of the dependency allow ${dependency.instancesThatFit}`,
    asked.troughPerS === null &&
      fleet.question.averagePerS === null &&
      'the smallest load of the day is not known (autoscaling.trough): the minimum is that of the peak',
    asked.troughPerS === null &&
      fleet.question.averagePerS !== null &&
      'the minimum of the autoscaler holds for the average load',
  );
}
