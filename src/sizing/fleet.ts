import type { RollingUpdate, SizingQuestion } from '../result/sizing-question.js';
import { normalQuantile } from '../statistics/normal-quantile.js';

/** A share such as `25%` of n instances, or a plain number. Kubernetes rounds what may be missing down and what is added up. */
export function podCount(value: number | string, instances: number, round: 'down' | 'up'): number {
  const exact = typeof value === 'number' ? value : (Number.parseFloat(value) / 100) * instances;
  return round === 'down' ? Math.floor(exact + 1e-9) : Math.ceil(exact - 1e-9);
}

/** Instances that an update may add to n. */
export const surgeOf = (rolling: RollingUpdate | null, instances: number): number =>
  rolling === null ? 0 : podCount(rolling.maxSurge, instances, 'up');

/**
 * n instances under the planned traffic. Each figure is a pure function of n, so that a count is the smallest n that meets a condition.
 * One chain leads from the peak to the load: calls = peak x burst x (1 + growth), and the opening of a session counts as `openingCost` calls.
 */
export class Fleet {
  /** Calls/s at the peak, burst and growth included. */
  readonly calls: number;
  /** Calls/s with the opening of sessions. */
  readonly demand: number;
  readonly sessions: number;
  /** Contention between instances, from two measured ones: sigma2 = 1/e2 - 1. */
  private readonly contention: number;

  constructor(readonly question: SizingQuestion) {
    const { peakPerS, burst, growth, openingCost, sessionsOpenedPerS, sessionsHeld, scalingEfficiency } = question;
    this.calls = peakPerS * burst * (1 + growth);
    this.demand = this.calls + openingCost * sessionsOpenedPerS * (1 + growth);
    this.sessions = sessionsHeld * (1 + growth);
    this.contention = scalingEfficiency === null ? 0 : Math.max(0, 1 / scalingEfficiency - 1);
  }

  /** Calls/s that any number of instances stays below; Infinity when they scale linearly. */
  get ceiling(): number {
    return this.contention === 0 ? Number.POSITIVE_INFINITY : this.question.capacityPerS / this.contention;
  }

  /** Calls/s of one of n instances. */
  capacityOfOne(n: number, ofOneAlone = this.question.capacityPerS): number {
    return ofOneAlone / (1 + this.contention * (n - 1));
  }

  /** Instances that go when the fullest zones go: a spread with skew 1 puts the remainder of n / zones on the first ones. */
  inLostZones(n: number): number {
    const { zones, surviveZones } = this.question;
    return Math.floor(n / zones) * surviveZones + Math.min(n % zones, surviveZones);
  }

  /** Instances left after the larger of the two planned losses. They are separate states, not added. */
  survivors(n: number): number {
    return n - Math.max(this.question.surviveInstances, this.inLostZones(n));
  }

  /** Load of the hottest of n instances over the mean one. */
  hotspotLoad(n: number): number {
    const { affinity, sessionRateVariation } = this.question;
    return affinity === 'session' ? hotSpot(this.sessions, n, sessionRateVariation) : 1;
  }

  /** Sessions of the hottest of n instances over the mean one. */
  hotspotSessions(n: number): number {
    return this.question.affinity === 'session' ? hotSpot(this.sessions, n, 0) : 1;
  }

  /** Sessions a second that come back when `lost` of n instances are gone. */
  reconnectRate(n: number, lost: number): number {
    const { affinity, reconnectS } = this.question;
    return affinity === 'session' && reconnectS !== null ? (this.sessions * (lost / n)) / reconnectS : 0;
  }

  /** Calls/s with the storm of reconnects when `lost` of n instances are gone. */
  demandAfterLoss(n: number, lost: number): number {
    return this.demand + this.question.openingCost * this.reconnectRate(n, lost);
  }

  /** Share of the capacity of the hottest instance in use when `lost` of n are gone. */
  utilisation(n: number, lost: number): number {
    const left = n - lost;
    if (left <= 0) return Number.POSITIVE_INFINITY;
    return (this.demandAfterLoss(n, lost) * this.hotspotLoad(left)) / (left * this.capacityOfOne(left));
  }

  /** Calls in flight by Little's law. */
  get inflight(): number | undefined {
    const { latencyS } = this.question;
    return latencyS === null ? undefined : this.calls * latencyS;
  }

  /** Sessions on the hottest of `left` instances. */
  sessionsHottest(left: number): number {
    return (this.sessions / left) * this.hotspotSessions(left);
  }

  /** Resident memory of the hottest of `left` instances; undefined without a base. A part that is not known counts as 0. */
  memoryMb(left: number, inflight = this.inflight ?? 0): number | undefined {
    const { baseMemoryMb, sessionMemoryMb, callMemoryMb } = this.question;
    if (baseMemoryMb === null) return undefined;
    return baseMemoryMb + this.sessionsHottest(left) * (sessionMemoryMb ?? 0) + (inflight / left) * (callMemoryMb ?? 0);
  }

  /** Whether that much resident memory stays below the limits of container and heap. */
  memoryFits(memoryMb: number): boolean {
    const { memoryLimitMb, heapLimitMb, heapShare, fill } = this.question;
    const resident = memoryLimitMb === null || fits(memoryMb, fill * memoryLimitMb);
    return resident && (heapLimitMb === null || fits(memoryMb * heapShare, fill * heapLimitMb));
  }

  /** File descriptors of the hottest of `left` instances. */
  descriptors(left: number, inflight = this.inflight ?? 0): number {
    const { baseDescriptors, sessionDescriptors, callDescriptors } = this.question;
    return baseDescriptors + this.sessionsHottest(left) * sessionDescriptors + (inflight / left) * callDescriptors;
  }

  descriptorsFit(descriptors: number): boolean {
    const { descriptorLimit, fill } = this.question;
    return descriptorLimit === null || fits(descriptors, fill * descriptorLimit);
  }

  /** Connections that the shared dependency has left for the instances; undefined where none is counted. */
  get connectionRoom(): number | undefined {
    const { dependency } = this.question;
    return dependency === null
      ? undefined
      : Math.max(0, dependency.maxConnections - dependency.reserved - dependency.otherConnections);
  }

  /** Connections of n instances, with those that a planned rolling update adds. */
  connections(n: number): number {
    const { dependency, rolling } = this.question;
    return (n + surgeOf(rolling, n)) * (dependency?.pool ?? 0);
  }

  connectionsFit(n: number): boolean {
    return this.connectionRoom === undefined || this.connections(n) <= this.connectionRoom;
  }

  /** Most instances that the connections allow; Infinity where none are counted. */
  get mostByConnections(): number {
    const { dependency } = this.question;
    if (dependency === null || this.connectionRoom === undefined || dependency.pool <= 0) return Number.POSITIVE_INFINITY;
    let n = Math.floor(this.connectionRoom / dependency.pool);
    while (n > 0 && !this.connectionsFit(n)) n--;
    return n;
  }

  /** Share of what the shared dependency can serve that the plan asks it for; undefined where that is not known. */
  get dependencyUse(): number | undefined {
    const { dependency } = this.question;
    if (dependency === null || dependency.capacityPerS === null) return undefined;
    return (this.calls * dependency.callsPerCall) / dependency.capacityPerS;
  }
}

/** Not above a limit, but for the last digit of a float. */
export const fits = (value: number, limit: number): boolean => value <= limit * (1 + 1e-12);

/**
 * How much more the hottest of n instances gets than the mean one when sessions stay where they were placed at random:
 * h = 1 + z sqrt((1 - 1/n)(1 + cv2)/m), z the normal quantile of 1 - 0.01/n, m sessions an instance, at most n. One random placement in a
 * hundred is worse; with a heavy tail of busy sessions more are, so a measured share is better.
 * @param sessions in all
 * @param instances at least 1
 * @param rateVariation squared coefficient of variation of the call rate between sessions; 0 for the sessions themselves
 */
export function hotSpot(sessions: number, instances: number, rateVariation: number): number {
  if (instances <= 1 || sessions <= 0) return 1;
  const perInstance = sessions / instances;
  const spread = Math.sqrt(((1 - 1 / instances) * (1 + rateVariation)) / perInstance);
  return Math.min(instances, 1 + normalQuantile(1 - 0.01 / instances) * spread);
}
