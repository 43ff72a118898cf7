import type { AutoscalingFigures, DependencySizing, DoesNotFit, FaultSizing, SizingFigures } from '../result/sizing-figures.js';
import { amountText, countText, nounFor, percentText } from '../text/figure-text.js';
import type { Fleet } from './fleet.js';
import { conditionsOf, countsMemory } from './instance-counts.js';
import type { InputSources } from './sizing-input-list.js';
import { COUNT_WORDS } from './sizing-words.js';

export interface Weighed {
  readonly fleet: Fleet;
  readonly instances: number | null;
  readonly doesNotFit: DoesNotFit | undefined;
  readonly sources: InputSources;
  readonly sensitivity: NonNullable<SizingFigures['sensitivity']> | undefined;
  readonly underFaults: readonly FaultSizing[];
  readonly dependency: DependencySizing | undefined;
  readonly autoscaling: AutoscalingFigures | undefined;
}

/** Limits of the answer, and what it assumes. */
export function warningsOf(weighed: Weighed): readonly string[] {
  const { fleet, instances, doesNotFit } = weighed;
  const q = fleet.question;
  const linear = q.scalingEfficiency === null ? ['assumes linear scaling'] : [];
  if (instances === null || doesNotFit !== undefined) {
    return [
      ...(doesNotFit === undefined ? [] : [doesNotFit.summary, ...doesNotFit.remedies]),
      ...linear,
      ...limitWarnings(weighed),
      ...rangeWarning(weighed),
      ...unknownWarnings(fleet),
    ];
  }
  return [
    ...linear,
    ...limitWarnings(weighed),
    ...fleetWarnings(fleet, instances),
    ...rangeWarning(weighed),
    ...sessionWarnings(fleet, instances),
    ...unknownWarnings(fleet),
    ...faultWarnings(weighed, instances),
    ...autoscalingWarnings(weighed),
  ];
}

const linesOf = (...lines: readonly (string | false)[]): readonly string[] => lines.filter((line) => line !== false);

function limitWarnings({ fleet }: Weighed): readonly string[] {
  const { heapLimitMb: heap, memoryLimitMb: limit, dependency, utilisation } = fleet.question;
  const asked = fleet.dependencyUse;
  return linesOf(
    heap !== null && limit !== null && heap < limit && `heap limit ${heap} MB is below the memory limit ${limit} MB`,
    dependency !== null &&
      asked !== undefined &&
      asked > utilisation &&
      asked <= 1 &&
      `the dependency will be asked for ${amountText(fleet.calls * dependency.callsPerCall)} calls/s, ${percentText(asked)} of its capacity: instances do not add to that`,
  );
}

function fleetWarnings(fleet: Fleet, instances: number): readonly string[] {
  const { cores, cpuPerCallS, idleCores, capacityPerS, zones, surviveZones } = fleet.question;
  const atCapacity = cpuPerCallS === null ? undefined : (idleCores ?? 0) + cpuPerCallS * capacityPerS;
  const more = [...conditionsOf(fleet)]
    .filter(([, condition]) => !condition(instances + 1))
    .map(([name]) => COUNT_WORDS[name](fleet.question));
  return linesOf(
    cores !== null &&
      atCapacity !== undefined &&
      cores >= 1.5 &&
      atCapacity < 0.6 * cores &&
      `at its capacity an instance uses ${amountText(atCapacity)} of its ${amountText(cores)} cores: more cores do not help it (a process of one event loop uses about one)`,
    more.length > 0 &&
      `one instance more is not safer: ${instances + 1} are not enough for ${more.join(', ')}${surviveZones > 0 ? `; prefer multiples of the ${zones} zones` : ''}`,
  );
}

/** A rate that was given cannot be measured any longer. */
function rangeWarning({ fleet, sensitivity, sources }: Weighed): readonly string[] {
  const { confirmed = null, smallestFail = null } = sensitivity ?? {};
  if ((sources['measured.confirmed'] ?? 'given') === 'given' || smallestFail === null || smallestFail === confirmed) return [];
  if (confirmed === null)
    return [
      `measure longer: if one instance carries up to ${amountText(fleet.question.smallestFailPerS ?? 0)} calls/s, ${countText(smallestFail, 'instance')} ${nounFor(smallestFail, 'is', 'are')} enough and ${nounFor(smallestFail, 'fits', 'fit')}`,
    ];
  return [`measure longer: it may save up to ${countText(confirmed - smallestFail, 'instance')}`];
}

function sessionWarnings(fleet: Fleet, instances: number): readonly string[] {
  const { affinity, reconnectS, openingCost, surviveInstances, surviveZones, sessionsOpenedPerS } = fleet.question;
  if (affinity === 'none' || fleet.sessions === 0) return [];
  const hottest = fleet.hotspotLoad(Math.max(1, fleet.survivors(instances)));
  const losses = surviveInstances > 0 || surviveZones > 0;
  return linesOf(
    hottest > 1.1 &&
      `sessions stay with their instance: the hottest gets ${amountText(hottest)} times the mean, and new instances stay empty until sessions end`,
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
    return [
      `${name}: ${countText(needed, 'instance')} ${nounFor(needed, 'keeps', 'keep')} the SLO under it, ${amountText(instances)} ${nounFor(instances, 'is', 'are')} planned${memory}`,
    ];
  });
}

function autoscalingWarnings({ fleet, autoscaling, dependency }: Weighed): readonly string[] {
  const asked = fleet.question.autoscaling;
  if (asked === null) return [];
  if (autoscaling === undefined)
    return [
      fleet.question.cpuPerCallS === null || fleet.question.idleCores === null
        ? 'no autoscaling target: CPU per call or idle CPU is not known'
        : 'no autoscaling target: no number of instances is enough for the smallest load of the day',
    ];
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
