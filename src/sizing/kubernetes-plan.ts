import type { AutoscalingFigures, SizingFigures } from '../result/sizing-figures.js';
import type { Autoscaling, RollingUpdate, SizingQuestion } from '../result/sizing-question.js';
import { amountText, coresText, countText, percentText } from '../text/figure-text.js';
import { sizeAutoscaling } from './autoscaling.js';
import { Fleet, surgeOf } from './fleet.js';
import { drivenBy } from './sizing-words.js';

/** The numbers of a manifest, each with where it comes from. */
export interface KubernetesPlan {
  /** Of a fixed fleet. */
  readonly replicas: number;
  readonly cpuMillicores?: number;
  readonly memoryMi?: number;
  /** `--max-old-space-size` of Node. */
  readonly heapFlagMb?: number;
  readonly autoscaler?: { readonly min: number; readonly max: number; readonly cpuPercent: number };
  readonly rolling: RollingUpdate;
  readonly disruption: number;
  readonly zones: number;
  readonly stateful: boolean;
  /** One line for each number: what it is and where it comes from. */
  readonly reasons: readonly string[];
}

/** An autoscaler that nobody described: what teams see most, and no rise of the load while instances start. */
const ASSUMED: Autoscaling = {
  requestCores: null,
  growthPerS: 0,
  lagS: 120,
  tolerance: 0.1,
  troughPerS: null,
  troughSessions: 0,
};

/** What Node adds to the flag: the heap limit is X + 48 MB (measured on Node 20). */
const NODE_HEAP_BESIDE_FLAG_MB = 48;

/** @returns undefined when no number of instances is enough: there is nothing to deploy. */
export function kubernetesPlan(sizing: SizingFigures): KubernetesPlan | undefined {
  const { question, instances, binding } = sizing;
  if (instances === null) return undefined;
  const { surviveInstances, zones, affinity, heapLimitMb } = question;
  const rolling = question.rolling ?? updateOf(question, instances);
  const disruption = Math.max(1, surviveInstances);
  const cpu = cpuOf(sizing);
  const memory = memoryOf(sizing);
  const scaled = autoscalerOf(sizing, instances, rolling);
  const heapFlagMb = heapLimitMb === null ? undefined : Math.floor(heapLimitMb) - NODE_HEAP_BESIDE_FLAG_MB;
  return {
    replicas: instances,
    ...(cpu === undefined ? {} : { cpuMillicores: cpu.value }),
    ...(memory === undefined ? {} : { memoryMi: memory.value }),
    ...(heapFlagMb === undefined || heapFlagMb <= 0 ? {} : { heapFlagMb }),
    ...(scaled.autoscaler === undefined ? {} : { autoscaler: scaled.autoscaler }),
    rolling,
    disruption,
    zones,
    stateful: affinity === 'session',
    reasons: [
      `instances, fixed: ${instances}, driven by: ${drivenBy(binding, question)}`,
      cpu?.reason ?? `CPU request: left out, ${unknownCpu(question)} not known`,
      memory?.reason ?? 'memory: left out, neither a limit nor the use of an instance is known',
      ...(heapFlagMb === undefined || heapFlagMb <= 0
        ? []
        : [`heap flag (Node): ${heapFlagMb}, flag + 48 MB = heap limit ${amountText(heapLimitMb ?? 0)} MB`]),
      ...scaled.reasons,
      `rolling update: maxUnavailable ${rolling.maxUnavailable}, maxSurge ${rolling.maxSurge}${updateReason(question, instances, rolling)}`,
      surviveInstances > 0
        ? `disruption budget: ${disruption} (survive.instances); it limits drains, neither zone losses nor updates`
        : 'disruption budget: 1, the least at which a node can be drained; the plan counts no lost instance',
      ...connectionReasons(sizing, scaled.autoscaler?.max ?? instances, rolling),
      ...(affinity === 'session'
        ? ['sessions are held in memory: add session affinity at the balancer; a pod that goes drops its sessions']
        : []),
      ...(question.scalingEfficiency === null
        ? ['assumes linear scaling: what two instances carry together was neither measured nor given']
        : []),
    ],
  };
}

interface Reasoned {
  readonly value: number;
  readonly reason: string;
}

/** Use at capacity: use at the planned load is too small, for after a loss the survivors run near their capacity at once. */
function cpuOf({ question }: SizingFigures): Reasoned | undefined {
  const { cpuPerCallS, idleCores, capacityPerS, autoscaling } = question;
  const given = autoscaling?.requestCores ?? null;
  if (given !== null) return { value: Math.ceil(given * 1000), reason: `CPU request: ${coresText(given)}, given; no CPU limit` };
  if (cpuPerCallS === null || idleCores === null) return undefined;
  const cores = idleCores + cpuPerCallS * capacityPerS;
  return {
    value: Math.ceil(cores * 1000 - 1e-6),
    reason: `CPU request: ${amountText(idleCores)} + ${amountText(cpuPerCallS)} x ${amountText(capacityPerS)} = use at capacity, ${coresText(cores)}; no CPU limit`,
  };
}

/** The limit that the sizing counted with; without one, the largest use of the sized states over the share that may be used. */
function memoryOf({ question, fleet, underFaults }: SizingFigures): Reasoned | undefined {
  const { memoryLimitMb, fill } = question;
  const used = [fleet?.memoryMb, ...underFaults.map(({ memoryMbAtPlannedInstances }) => memoryMbAtPlannedInstances)];
  const known = used.filter((value) => value !== undefined) as number[];
  const most = known.length === 0 ? undefined : Math.max(...known);
  if (memoryLimitMb !== null) {
    const use = most === undefined ? '' : `; largest use ${amountText(most)} MB`;
    return { value: Math.floor(memoryLimitMb), reason: `memory request = limit: ${amountText(memoryLimitMb)} MB, given${use}` };
  }
  if (most === undefined) return undefined;
  const value = Math.ceil(most / fill / 64) * 64;
  return {
    value,
    reason: `memory request = limit: largest use ${amountText(most)} MB / ${percentText(fill)}, in steps of 64`,
  };
}

function autoscalerOf(
  sizing: SizingFigures,
  instances: number,
  rolling: RollingUpdate,
): { readonly autoscaler?: NonNullable<KubernetesPlan['autoscaler']>; readonly reasons: readonly string[] } {
  const { question, underFaults } = sizing;
  const most = Math.max(0, ...underFaults.map((fault) => fault.instances ?? 0));
  const figures = sizing.autoscaling ?? sizeAutoscaling(question, question.autoscaling ?? ASSUMED, instances, most);
  if (figures === undefined) {
    const why =
      question.cpuPerCallS === null || question.idleCores === null
        ? `${unknownCpu(question)} not known`
        : 'no number of instances is enough for the smallest load of the day';
    return { reasons: [`autoscaler: left out, ${why}; the count is fixed`] };
  }
  if (figures.targetPercent < 1) return { reasons: ['autoscaler: left out, no CPU target is safe; the count is fixed'] };
  const room = roomOf(sizing, figures, rolling);
  const max = Math.max(instances, Math.min(figures.maxReplicas, room));
  const isLossPlanned = question.surviveInstances > 0 || question.surviveZones > 0;
  const min = Math.min(figures.minReplicas, max);
  return {
    autoscaler: { min, max, cpuPercent: figures.targetPercent },
    reasons: [
      `averageUtilization: ${figures.targetPercent}, the smaller of ${percentText(figures.targetLag)} (${(question.autoscaling ?? ASSUMED).growthPerS > 0 ? 'load grows while instances start' : 'tolerance of the autoscaler, the load taken for steady'}) and ${percentText(figures.targetSurvive)} (${isLossPlanned ? `survivors of a loss at ${countText(figures.worstRatioAt, 'replica')}` : 'failure ceiling; no loss is planned'})`,
      `minReplicas: ${min}, ${minReason(question, min)}`,
      `maxReplicas: ${max}; ${instances} planned, ${figures.replicasAtPlannedPeak ?? 'no number'} held by the target at the peak${most > 0 ? `, ${most} under the worst tested fault` : ''}${max < figures.maxReplicas ? `; connections allow no more (${figures.maxReplicas} wanted)` : ''}`,
      'teams often start from 2..10 replicas at 70 % CPU, 80 % memory: a starting point for CPU only; memory of a heap does not fall again',
      ...(question.autoscaling === null
        ? ['the autoscaler was not described (capacity.autoscaling): a steady load and 120 s to a new instance are assumed']
        : []),
    ],
  };
}

/** What the smallest count of the autoscaler was worked out for. */
function minReason(question: SizingQuestion, min: number): string {
  const { autoscaling, averagePerS, zones } = question;
  if (min === zones && zones > 1) return 'one for each zone at least';
  if (autoscaling?.troughPerS != null) return 'what the smallest load of the day needs';
  return averagePerS === null
    ? 'what the peak needs: the smallest load of the day is not given (autoscaling.trough)'
    : 'what the average load needs: the smallest load of the day is not given (autoscaling.trough)';
}

const unknownCpu = ({ cpuPerCallS, idleCores }: SizingQuestion): string =>
  cpuPerCallS === null
    ? idleCores === null
      ? 'CPU per call and idle CPU are'
      : 'CPU per call is'
    : idleCores === null
      ? 'idle CPU is'
      : '';

/** An update that nobody described: one more at a time, or one less where the connections leave no room for one more. */
function updateOf(question: SizingQuestion, instances: number): RollingUpdate {
  const oneMore = { maxUnavailable: 0, maxSurge: 1 };
  return new Fleet({ ...question, rolling: oneMore }).connectionsFit(instances) ? oneMore : { maxUnavailable: 1, maxSurge: 0 };
}

function updateReason(question: SizingQuestion, instances: number, { maxSurge }: RollingUpdate): string {
  if (question.rolling !== null || maxSurge !== 0) return '';
  const use = new Fleet(question).utilisation(instances, 1);
  const late = use > question.failureUtilisation ? ': update outside the peak' : '';
  return `; the connections leave no room for one more, and with one less ${Number.isFinite(use) ? `${percentText(use)} of the capacity is in use at the peak` : 'none is left'}${late}`;
}

/** Replicas that the connections of the dependency allow beside an update. */
function roomOf({ dependency }: SizingFigures, figures: AutoscalingFigures, rolling: RollingUpdate): number {
  return dependency === undefined
    ? Number.POSITIVE_INFINITY
    : dependency.instancesThatFit - surgeOf(rolling, figures.maxReplicas);
}

/** The connections of as many instances as this manifest may run at once, which is more than were planned for a fixed fleet. */
function connectionReasons({ dependency, question }: SizingFigures, most: number, rolling: RollingUpdate): readonly string[] {
  if (dependency === undefined || question.dependency === null) return [];
  const { room, instancesThatFit } = dependency;
  const { pool } = question.dependency;
  const instances = most + surgeOf(rolling, most);
  const connections = instances * pool;
  const poolThatFits = Math.floor(room / instances);
  const verdict =
    connections <= room
      ? `a pool of ${poolThatFits} would still fit`
      : `an update at the largest count does not fit: ${poolThatFits === 0 ? 'not even a pool of 1' : `a pool of ${poolThatFits}`}, ${countText(instancesThatFit, 'instance')} at once, or a pooler in between`;
  return [`connections: ${countText(instances, 'instance')} at once x pool ${pool} = ${connections} of ${room}; ${verdict}`];
}
