import type { SizingQuestion } from '../result/sizing-question.js';
import type { SizingInputName } from '../scenario/schema/sizing-descriptions.js';

/** What a number must be; `?`: may be null. */
export type InputRule = `${'above 0' | 'at least 0' | 'share' | 'count'}${'' | '?'}` | 'any';

/** Parts of the question that are there only where they were asked for. */
export type InputGroup = 'dependency' | 'rolling' | 'autoscaling';

/** How the calculator of the report shows an input that a planner may change there. */
export interface InputField {
  readonly label: string;
  readonly min: number;
  readonly step: number;
}

type KeyOf<G extends InputGroup | undefined> = G extends InputGroup
  ? keyof NonNullable<SizingQuestion[G]>
  : Exclude<keyof SizingQuestion, InputGroup | 'faults'>;

/** One input of the sizing, but for what it is in words (SIZING_DESCRIPTIONS) and what the grammar accepts for it (capacitySchema). */
export interface SizingInputRow {
  /** Below `capacity` in a scenario. */
  readonly name: SizingInputName;
  /** Its key in the question, or in that group of it. */
  readonly key: KeyOf<undefined> | KeyOf<InputGroup>;
  readonly group?: InputGroup;
  readonly unit: string;
  readonly rule: InputRule;
  readonly field?: InputField;
}

const row = (
  name: SizingInputName,
  key: KeyOf<undefined>,
  unit: string,
  rule: InputRule,
  field?: InputField,
): SizingInputRow => ({
  name,
  key,
  unit,
  rule,
  ...(field === undefined ? {} : { field }),
});

const rowIn =
  <G extends InputGroup>(group: G) =>
  (name: SizingInputName, key: KeyOf<G>, unit: string, rule: InputRule): SizingInputRow => ({
    name,
    key: key as KeyOf<InputGroup>,
    group,
    unit,
    rule,
  });
const inDependency = rowIn('dependency');
const inRolling = rowIn('rolling');
const inAutoscaling = rowIn('autoscaling');

/** Every input of the sizing, in the order in which reports list them: what reads, checks, lists and changes inputs goes by this table. */
export const SIZING_INPUTS: readonly SizingInputRow[] = [
  row('peak', 'peakPerS', 'calls/s', 'above 0', { label: 'Peak', min: 0, step: 50 }),
  row('window', 'windowS', 's', 'above 0'),
  row('burst', 'burst', 'x peak', 'above 0', { label: 'Burst over the peak', min: 1, step: 0.1 }),
  row('burstWindow', 'burstWindowS', 's', 'above 0'),
  row('growth', 'growth', 'share', 'at least 0', { label: 'Growth', min: 0, step: 5 }),
  row('measured.confirmed', 'capacityPerS', 'calls/s per instance', 'above 0', {
    label: 'Capacity of one instance',
    min: 0.1,
    step: 5,
  }),
  row('measured.smallestFail', 'smallestFailPerS', 'calls/s per instance', 'above 0?'),
  row('measured.latency', 'latencyS', 's', 'above 0?'),
  row('measured.scalingEfficiency', 'scalingEfficiency', 'share', 'above 0?'),
  row('utilisation', 'utilisation', 'share', 'any', { label: 'Utilization, all healthy', min: 1, step: 5 }),
  row('failureUtilisation', 'failureUtilisation', 'share', 'any', { label: 'Utilization in a failure', min: 1, step: 5 }),
  row('survive.instances', 'surviveInstances', 'instances', 'count', { label: 'Instances you can lose', min: 0, step: 1 }),
  row('zones', 'zones', 'zones', 'count', { label: 'Zones', min: 1, step: 1 }),
  row('survive.zones', 'surviveZones', 'zones', 'count', { label: 'Zones you can lose', min: 0, step: 1 }),
  row('minimum', 'minimum', 'instances', 'count'),
  row('reconnect', 'reconnectS', 's', 'above 0?'),
  row('sessions.held', 'sessionsHeld', 'sessions', 'at least 0', { label: 'Open sessions', min: 0, step: 100 }),
  row('sessions.opened', 'sessionsOpenedPerS', 'sessions/s', 'at least 0'),
  row('sessions.openingCost', 'openingCost', 'calls', 'at least 0'),
  row('sessions.rateVariation', 'sessionRateVariation', 'cv²', 'at least 0'),
  row('sessions.affinity', 'affinity', '', 'any'),
  row('instance.cores', 'cores', 'cores', 'above 0?', { label: 'Cores of one instance', min: 0.1, step: 1 }),
  row('instance.cpuPerCall', 'cpuPerCallS', 's', 'at least 0?'),
  row('instance.idleCores', 'idleCores', 'cores', 'at least 0?'),
  row('instance.memory', 'memoryLimitMb', 'MB', 'above 0?', { label: 'Memory of one instance', min: 0.1, step: 1 }),
  row('instance.heap', 'heapLimitMb', 'MB', 'above 0?'),
  row('instance.heapShare', 'heapShare', 'share', 'share'),
  row('instance.fill', 'fill', 'share', 'share'),
  row('instance.baseMemory', 'baseMemoryMb', 'MB', 'at least 0?'),
  row('instance.sessionMemory', 'sessionMemoryMb', 'MB', 'at least 0?'),
  row('instance.callMemory', 'callMemoryMb', 'MB', 'at least 0?'),
  row('instance.maxSessions', 'maxSessions', 'sessions', 'above 0?'),
  row('instance.descriptors', 'descriptorLimit', 'descriptors', 'above 0?'),
  row('instance.baseDescriptors', 'baseDescriptors', 'descriptors', 'at least 0'),
  row('instance.sessionDescriptors', 'sessionDescriptors', 'descriptors', 'at least 0'),
  row('instance.callDescriptors', 'callDescriptors', 'descriptors', 'at least 0'),
  row('average', 'averagePerS', 'calls/s', 'above 0?', { label: 'Average rate', min: 0, step: 50 }),
  row('instance.pricePerHour', 'pricePerHour', 'per hour', 'at least 0?', { label: 'Price of one instance', min: 0, step: 0.05 }),
  inDependency('instance.pool', 'pool', 'connections', 'any'),
  inDependency('dependency.maxConnections', 'maxConnections', 'connections', 'any'),
  inDependency('dependency.reserved', 'reserved', 'connections', 'any'),
  inDependency('dependency.otherConnections', 'otherConnections', 'connections', 'any'),
  inDependency('dependency.callsPerCall', 'callsPerCall', 'calls', 'any'),
  inDependency('dependency.capacity', 'capacityPerS', 'calls/s', 'any'),
  inRolling('rolling.maxUnavailable', 'maxUnavailable', 'instances', 'any'),
  inRolling('rolling.maxSurge', 'maxSurge', 'instances', 'any'),
  inAutoscaling('autoscaling.requestCores', 'requestCores', 'cores', 'any'),
  inAutoscaling('autoscaling.growthPerSecond', 'growthPerS', 'share/s', 'any'),
  inAutoscaling('autoscaling.lag', 'lagS', 's', 'any'),
  inAutoscaling('autoscaling.tolerance', 'tolerance', 'share', 'any'),
  inAutoscaling('autoscaling.trough', 'troughPerS', 'calls/s', 'any'),
  inAutoscaling('autoscaling.troughSessions', 'troughSessions', 'sessions', 'any'),
];

/** The groups of the question, each null where it was not asked for. */
export const INPUT_GROUPS: readonly InputGroup[] = ['dependency', 'rolling', 'autoscaling'];

/** The value of an input in a question; undefined where its group was not asked for. */
export function inputIn(question: SizingQuestion, { key, group }: SizingInputRow): number | string | null | undefined {
  const of = (group === undefined ? question : question[group]) as Readonly<Record<string, number | string | null>> | null;
  return of?.[key];
}

/** Whether `null` stands for "not known", or "no such limit". */
export const mayBeNull = ({ rule }: SizingInputRow): boolean => rule.endsWith('?');
