import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import type { Autoscaling, SharedDependency, SizedFault, SizingQuestion } from '../result/sizing-question.js';
import type { CapacitySettings } from '../scenario/capacity-settings.js';
import type { Scenario } from '../scenario/scenario.js';
import { InputSourcer } from './input-sourcer.js';
import { intervalsOf, mib, rateOfOne, responseTime, smallestFailOf, sourceOfRate } from './measured-inputs.js';
import type { InputIntervals, InputSources } from './sizing-input-list.js';

/** What the sizing reads of a scenario. */
export type SizedScenario = Pick<Scenario, 'capacity' | 'dependencies' | 'load'>;

/** What was seen of the target beside its capacity. */
export interface ObservedTarget {
  /** Whether it keeps sessions in memory. */
  readonly stateful?: boolean;
}

/** Why there is nothing to size. */
export interface NotSized {
  readonly refused: string;
  /** What is missing: a planned peak, or the rate of an instance; `capacity` where no rate meets the SLO, which is an answer. */
  readonly missing: 'peak' | 'rate' | 'capacity';
}

export interface SizingInputs {
  readonly question: SizingQuestion;
  readonly sources: InputSources;
  /** What the measurement leaves open: warnings that go with the answer. */
  readonly notes: readonly string[];
  readonly intervals: InputIntervals;
}

/**
 * The sizing question from what the scenario gives and what the search measured. What is given is not taken from the measurement. One instance
 * is one replica as measured: its rate is the smaller of the low end of the estimate and the confirmed rate, over the replicas measured.
 * @returns `refused` where there is no peak to size for or no rate to size with
 */
export function sizingInputs(
  scenario: SizedScenario,
  capacity: CapacityFigures,
  observed: ObservedTarget = {},
): SizingInputs | NotSized {
  const { capacity: settings } = scenario;
  if (settings.peak === undefined) return { refused: 'no planned peak was given (capacity.peak)', missing: 'peak' };
  const inputs = new InputSourcer(settings.given);
  const given = settings.measured.confirmed;
  const measured = rateOfOne(capacity.healthy, capacity.instances);
  const capacityPerS = inputs.take('measured.confirmed', given, measured, sourceOfRate(capacity.healthy));
  if (capacityPerS === null) {
    if (capacity.healthy?.ending === 'nothing-passes')
      return { refused: 'does not fit: no rate met the SLO, which no number of instances changes', missing: 'capacity' };
    return capacity.healthy === undefined
      ? { refused: 'the healthy capacity was not searched (capacity.measured.confirmed gives one)', missing: 'rate' }
      : { refused: 'no rate was found that meets the SLO (capacity.measured.confirmed gives one)', missing: 'rate' };
  }
  const question = questionOf({ scenario, capacity, settings, observed, inputs, peakPerS: settings.peak, capacityPerS });
  const notes = [
    ...(given === undefined ? notesOf(capacity.healthy) : []),
    ...question.faults.flatMap((fault) => faultNotes(fault, capacity, inputs)),
    ...connectionNotes(scenario, settings, question),
  ];
  return { question, sources: inputs.sources, notes, intervals: intervalsOf(capacity.resources, inputs.sources) };
}

interface Parts {
  readonly scenario: SizedScenario;
  readonly capacity: CapacityFigures;
  readonly settings: CapacitySettings;
  readonly observed: ObservedTarget;
  readonly inputs: InputSourcer;
  readonly peakPerS: number;
  readonly capacityPerS: number;
}

function questionOf(parts: Parts): SizingQuestion {
  const { capacity, settings: s, inputs, peakPerS, capacityPerS } = parts;
  const { take, keep } = inputs;
  const { resources, healthy, instances } = capacity;
  const { instance, sessions, survive } = s;
  const measuredFail = s.measured.confirmed === undefined ? smallestFailOf(healthy, instances, capacityPerS) : undefined;
  const planned = s.utilisation * capacityPerS * instances;
  const windowS = keep('window', s.window) / 1000;
  return {
    peakPerS: keep('peak', peakPerS),
    windowS,
    burst: keep('burst', s.burst),
    burstWindowS: keep('burstWindow', s.burstWindow === undefined ? Math.min(1, windowS / 10) : s.burstWindow / 1000),
    growth: keep('growth', s.growth),
    capacityPerS,
    smallestFailPerS: take(
      'measured.smallestFail',
      s.measured.smallestFail,
      measuredFail,
      healthy?.interval.smallestFail === undefined ? 'estimated' : 'measured',
    ),
    utilisation: keep('utilisation', s.utilisation),
    failureUtilisation: keep('failureUtilisation', s.failureUtilisation),
    surviveInstances: keep('survive.instances', survive.instances),
    zones: keep('zones', s.zones),
    surviveZones: keep('survive.zones', survive.zones),
    minimum: keep('minimum', s.minimum),
    affinity: affinityOf(parts),
    sessionRateVariation: keep('sessions.rateVariation', sessions.rateVariation),
    sessionsHeld: keep('sessions.held', sessions.held),
    sessionsOpenedPerS: keep('sessions.opened', sessions.opened ?? 0),
    openingCost: keep('sessions.openingCost', sessions.openingCost),
    reconnectS: take('reconnect', seconds(s.reconnect)),
    latencyS: take('measured.latency', seconds(s.measured.latency), responseTime(healthy, planned)),
    baseMemoryMb: take('instance.baseMemory', mib(instance.baseMemory), mib(resources?.baseBytes)),
    sessionMemoryMb: take('instance.sessionMemory', mib(instance.sessionMemory), mib(resources?.sessionBytes)),
    callMemoryMb: take('instance.callMemory', mib(instance.callMemory), mib(resources?.callBytes)),
    memoryLimitMb: take('instance.memory', mib(instance.memory)),
    heapLimitMb: take('instance.heap', mib(instance.heap)),
    heapShare: keep('instance.heapShare', instance.heapShare),
    fill: keep('instance.fill', instance.fill),
    maxSessions: take('instance.maxSessions', instance.maxSessions),
    baseDescriptors: keep('instance.baseDescriptors', instance.baseDescriptors),
    sessionDescriptors: keep('instance.sessionDescriptors', instance.sessionDescriptors),
    callDescriptors: keep('instance.callDescriptors', instance.callDescriptors),
    descriptorLimit: take('instance.descriptors', instance.descriptors),
    cores: take('instance.cores', instance.cores),
    cpuPerCallS: take('instance.cpuPerCall', seconds(instance.cpuPerCall), resources?.cpuPerCallS),
    idleCores: take('instance.idleCores', instance.idleCores, resources?.idleCores),
    scalingEfficiency: take('measured.scalingEfficiency', s.measured.scalingEfficiency),
    dependency: dependencyOf(parts),
    rolling: s.rolling === undefined ? null : rollingOf(s.rolling, inputs),
    faults: faultsOf(parts),
    autoscaling: s.autoscaling === undefined ? null : autoscalingOf(s.autoscaling, inputs),
    averagePerS: take('average', s.average),
    pricePerHour: take('instance.pricePerHour', instance.pricePerHour),
  };
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** Held sessions stay with their instance where the target keeps them; whoever plans with held sessions says that it does. */
function affinityOf({ settings, observed, inputs }: Parts): SizingQuestion['affinity'] {
  const { affinity, held } = settings.sessions;
  const seen = observed.stateful === undefined ? undefined : observed.stateful ? 'session' : 'none';
  if (affinity !== undefined) return inputs.keep('sessions.affinity', affinity);
  if (seen !== undefined) return inputs.measured('sessions.affinity', seen);
  return inputs.keep('sessions.affinity', held > 0 ? 'session' : 'none');
}

/** Dependencies of the scenario that say how many connections they allow. */
const limitedDependencies = ({ dependencies }: SizedScenario): readonly string[] =>
  Object.entries(dependencies).flatMap(([name, { maxConnections }]) => (maxConnections === undefined ? [] : [name]));

/** What keeps connections out of the sizing although a part of them was given. */
function connectionNotes(
  scenario: SizedScenario,
  { instance, dependency: asked }: CapacitySettings,
  { dependency }: SizingQuestion,
): readonly string[] {
  if (dependency !== null) return [];
  const limited = limitedDependencies(scenario);
  if (instance.pool === undefined)
    return limited.length === 0 && asked.maxConnections === undefined
      ? []
      : ['connections to the database are not counted: the pool of an instance is not known (instance.pool)'];
  return limited.length > 1 && asked.name === undefined
    ? [`connections to the database are not counted: name one of ${limited.join(', ')} (dependency.name)`]
    : ['connections to the database are not counted: how many it allows is not known (dependency.maxConnections)'];
}

/** Counted only where both the connections that it allows and the pool of an instance are known. */
function dependencyOf({ scenario, settings, inputs }: Parts): SharedDependency | null {
  const { dependency: asked, instance } = settings;
  const [only, ...others] = limitedDependencies(scenario);
  const named = asked.name ?? (others.length === 0 ? only : undefined);
  const maxConnections = asked.maxConnections ?? (named === undefined ? undefined : scenario.dependencies[named]?.maxConnections);
  if (maxConnections === undefined || instance.pool === undefined) return null;
  return {
    maxConnections: inputs.given('dependency.maxConnections', maxConnections),
    reserved: inputs.keep('dependency.reserved', asked.reserved),
    otherConnections: inputs.keep('dependency.otherConnections', asked.otherConnections),
    pool: inputs.keep('instance.pool', instance.pool),
    callsPerCall: inputs.keep('dependency.callsPerCall', asked.callsPerCall),
    capacityPerS: inputs.take('dependency.capacity', asked.capacity),
  };
}

function rollingOf(rolling: NonNullable<CapacitySettings['rolling']>, { keep }: InputSourcer): SizingQuestion['rolling'] {
  return {
    maxUnavailable: keep('rolling.maxUnavailable', rolling.maxUnavailable),
    maxSurge: keep('rolling.maxSurge', rolling.maxSurge),
  };
}

function autoscalingOf(asked: NonNullable<CapacitySettings['autoscaling']>, { keep, take }: InputSourcer): Autoscaling {
  return {
    requestCores: take('autoscaling.requestCores', asked.requestCores),
    growthPerS: keep('autoscaling.growthPerSecond', asked.growthPerSecond),
    lagS: keep('autoscaling.lag', asked.lag) / 1000,
    tolerance: keep('autoscaling.tolerance', asked.tolerance),
    troughPerS: take('autoscaling.trough', asked.trough),
    troughSessions: keep('autoscaling.troughSessions', asked.troughSessions),
  };
}

/** Faults as measured, each by `during.fault` where the SLO has one; those given by hand stand instead of measured ones of their name. */
function faultsOf({ scenario, capacity, settings, inputs }: Parts): readonly SizedFault[] {
  const given = settings.measured.faults.map((fault): SizedFault => {
    for (const part of ['rate', 'latency', 'timeout', 'amplification']) inputs.given(`${fault.name}.${part}`, null);
    return {
      name: fault.name,
      capacityPerS: fault.rate === '0/s' ? 0 : fault.rate,
      latencyS: fault.latency / 1000,
      timeoutS: fault.timeout / 1000,
      amplification: fault.amplification,
    };
  });
  const known = new Set(given.map(({ name }) => name));
  const measured = capacity.underFaults.flatMap((answer): readonly SizedFault[] => {
    if (known.has(answer.under)) return [];
    const { retry, timeoutMs } = scenario.load;
    const judged = answer.duringFault === undefined ? answer : { ...answer.duringFault, ending: answer.ending };
    const rate = rateOfOne(judged, capacity.instances) ?? (answer.ending === 'nothing-passes' ? 0 : undefined);
    if (rate === undefined) return [];
    return [
      {
        name: answer.under,
        capacityPerS: inputs.measured(
          `${answer.under}.rate`,
          rate,
          answer.ending === 'nothing-passes' ? 'measured' : sourceOfRate(judged),
        ),
        latencyS: inputs.measured(`${answer.under}.latency`, responseTime(answer, rate * capacity.instances) ?? null),
        timeoutS: inputs.given(`${answer.under}.timeout`, timeoutMs / 1000),
        // What retries may add at most: each of the attempts, within the budget.
        amplification:
          retry === undefined
            ? inputs.keep(`${answer.under}.amplification`, 1)
            : inputs.given(`${answer.under}.amplification`, Math.min(retry.attempts, 1 + retry.budget)),
      },
    ];
  });
  return [...measured, ...given];
}

/** What a soak held is certain, however the search ended afterwards. */
function notesOf(healthy: CapacityAnswer | undefined): readonly string[] {
  if (healthy === undefined) return [];
  const { ending, interval } = healthy;
  return [
    ...(ending === 'at-least' ? ['an instance carries at least the rate that is sized with: fewer instances may do'] : []),
    ...(interval.confirmedPass === undefined
      ? ['no soak confirmed the rate of one instance: it is the low end of the estimate. Measure again before you buy']
      : []),
    ...(ending === 'degraded-for-good' ? ['an overload degraded the target for good: no number of instances cures that'] : []),
  ];
}

function faultNotes({ name }: SizedFault, { underFaults }: CapacityFigures, { sources }: InputSourcer): readonly string[] {
  const answer = underFaults.find(({ under }) => under === name);
  if (answer === undefined || sources[`${name}.rate`] !== 'estimated') return [];
  const { confirmedPass } = (answer.duringFault ?? answer).interval;
  return confirmedPass === undefined
    ? [`${name}: no soak confirmed the rate of one instance under it; the low end of the estimate is used`]
    : [];
}
