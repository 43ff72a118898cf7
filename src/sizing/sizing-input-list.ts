import type { InputSource, SizingInput } from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';

/** Where inputs came from, by their name in the `capacity` block. What is not in it was given. */
export type InputSources = Readonly<Record<string, InputSource>>;

/** 95 % intervals of measured inputs, by their name and in their unit. */
export type InputIntervals = Readonly<Record<string, readonly [number, number]>>;

type Row = readonly [name: string, unit: string, value: number | string | null];

/** Every input by its name in the `capacity` block of a scenario, with value, unit and source, as a report prints them. */
export function listInputs(q: SizingQuestion, sources: InputSources, intervals: InputIntervals = {}): readonly SizingInput[] {
  const rows: readonly Row[] = [
    ['peak', 'calls/s', q.peakPerS],
    ['window', 's', q.windowS],
    ['burst', 'x peak', q.burst],
    ['burstWindow', 's', q.burstWindowS],
    ['growth', 'share', q.growth],
    ['measured.confirmed', 'calls/s per instance', q.capacityPerS],
    ['measured.smallestFail', 'calls/s per instance', q.smallestFailPerS],
    ['measured.latency', 's', q.latencyS],
    ['measured.scalingEfficiency', 'share', q.scalingEfficiency],
    ['utilisation', 'share', q.utilisation],
    ['failureUtilisation', 'share', q.failureUtilisation],
    ['survive.instances', 'instances', q.surviveInstances],
    ['zones', 'zones', q.zones],
    ['survive.zones', 'zones', q.surviveZones],
    ['minimum', 'instances', q.minimum],
    ['reconnect', 's', q.reconnectS],
    ['sessions.held', 'sessions', q.sessionsHeld],
    ['sessions.opened', 'sessions/s', q.sessionsOpenedPerS],
    ['sessions.openingCost', 'calls', q.openingCost],
    ['sessions.rateVariation', 'cv²', q.sessionRateVariation],
    ['sessions.affinity', '', q.affinity],
    ['instance.cores', 'cores', q.cores],
    ['instance.cpuPerCall', 's', q.cpuPerCallS],
    ['instance.idleCores', 'cores', q.idleCores],
    ['instance.memory', 'MB', q.memoryLimitMb],
    ['instance.heap', 'MB', q.heapLimitMb],
    ['instance.heapShare', 'share', q.heapShare],
    ['instance.fill', 'share', q.fill],
    ['instance.baseMemory', 'MB', q.baseMemoryMb],
    ['instance.sessionMemory', 'MB', q.sessionMemoryMb],
    ['instance.callMemory', 'MB', q.callMemoryMb],
    ['instance.maxSessions', 'sessions', q.maxSessions],
    ['instance.descriptors', 'descriptors', q.descriptorLimit],
    ['instance.baseDescriptors', 'descriptors', q.baseDescriptors],
    ['instance.sessionDescriptors', 'descriptors', q.sessionDescriptors],
    ['instance.callDescriptors', 'descriptors', q.callDescriptors],
    ['average', 'calls/s', q.averagePerS],
    ['instance.pricePerHour', 'per hour', q.pricePerHour],
    ...nestedRows(q),
  ];
  return rows.map(([name, unit, value]) => {
    const interval = intervals[name];
    return { name, value, unit, source: sources[name] ?? 'given', ...(interval === undefined ? {} : { interval }) };
  });
}

function nestedRows({ dependency, rolling, autoscaling, faults }: SizingQuestion): readonly Row[] {
  return [
    ...(dependency === null
      ? []
      : ([
          ['instance.pool', 'connections', dependency.pool],
          ['dependency.maxConnections', 'connections', dependency.maxConnections],
          ['dependency.reserved', 'connections', dependency.reserved],
          ['dependency.otherConnections', 'connections', dependency.otherConnections],
          ['dependency.callsPerCall', 'calls', dependency.callsPerCall],
          ['dependency.capacity', 'calls/s', dependency.capacityPerS],
        ] satisfies readonly Row[])),
    ...(rolling === null
      ? []
      : ([
          ['rolling.maxUnavailable', 'instances', rolling.maxUnavailable],
          ['rolling.maxSurge', 'instances', rolling.maxSurge],
        ] satisfies readonly Row[])),
    ...(autoscaling === null
      ? []
      : ([
          ['autoscaling.requestCores', 'cores', autoscaling.requestCores],
          ['autoscaling.growthPerSecond', 'share/s', autoscaling.growthPerS],
          ['autoscaling.lag', 's', autoscaling.lagS],
          ['autoscaling.tolerance', 'share', autoscaling.tolerance],
          ['autoscaling.trough', 'calls/s', autoscaling.troughPerS],
          ['autoscaling.troughSessions', 'sessions', autoscaling.troughSessions],
        ] satisfies readonly Row[])),
    ...faults.flatMap((fault): readonly Row[] => [
      [`${fault.name}.rate`, 'calls/s per instance', fault.capacityPerS],
      [`${fault.name}.latency`, 's', fault.latencyS],
      [`${fault.name}.timeout`, 's', fault.timeoutS],
      [`${fault.name}.amplification`, 'x', fault.amplification],
    ]),
  ];
}
