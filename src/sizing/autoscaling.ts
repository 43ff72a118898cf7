import type { AutoscalingFigures } from '../result/sizing-figures.js';
import type { Autoscaling, SizingQuestion } from '../result/sizing-question.js';
import { Fleet } from './fleet.js';
import { countInstances, MOST_INSTANCES } from './instance-counts.js';

/**
 * What the Kubernetes autoscaler wants: ceil(current x metric / target), and no change while the ratio is within the tolerance
 * (kubernetes.io, Horizontal Pod Autoscaling, algorithm details).
 * @param metric and target in the same unit, for instance percent of the request
 */
export function desiredReplicas(current: number, metric: number, target: number, tolerance: number): number {
  const ratio = metric / target;
  return Math.abs(ratio - 1) <= tolerance * (1 + 1e-12) ? current : Math.ceil(current * ratio - 1e-9);
}

export interface TargetTerms {
  /** Cores used at the capacity of an instance over its CPU request. */
  readonly cpuAtCapacity: number;
  readonly autoscaling: Pick<Autoscaling, 'growthPerS' | 'lagS' | 'tolerance'>;
  readonly failureUtilisation: number;
  /** Smallest survivors / n over every count that the autoscaler may choose. */
  readonly worstSurvivorRatio: number;
  readonly hotspot: number;
}

/**
 * The two ceilings of the CPU target, as shares of the request. `lag`: load grows while new instances start. `survive`: the autoscaler does
 * nothing up to (1 + tolerance) x target, so a loss may come there and the survivors must stay below the failure ceiling.
 */
export function targetTerms(terms: TargetTerms): { readonly lag: number; readonly survive: number; readonly percent: number } {
  const { cpuAtCapacity, autoscaling, failureUtilisation, worstSurvivorRatio, hotspot } = terms;
  const { growthPerS, lagS, tolerance } = autoscaling;
  const lag = cpuAtCapacity / ((1 + tolerance) * (1 + growthPerS * lagS)) / hotspot;
  const survive = (failureUtilisation * cpuAtCapacity * worstSurvivorRatio) / (1 + tolerance) / hotspot;
  return { lag, survive, percent: Math.floor(Math.min(lag, survive) * 100 + 1e-9) };
}

/** Smallest survivors / n between two counts. */
function worstRatio(fleet: Fleet, from: number, to: number): { readonly ratio: number; readonly at: number } {
  let worst = { ratio: Number.POSITIVE_INFINITY, at: from };
  for (let n = from; n <= to; n++) {
    const ratio = Math.max(0, fleet.survivors(n)) / n;
    if (ratio < worst.ratio) worst = { ratio, at: n };
  }
  return worst;
}

/** The sizing question at the smallest load of the day. */
function atTrough(question: SizingQuestion, autoscaling: Autoscaling): SizingQuestion {
  const peakPerS = autoscaling.troughPerS ?? question.averagePerS ?? question.peakPerS;
  const sessionsOpenedPerS = question.sessionsOpenedPerS * (peakPerS / question.peakPerS);
  return { ...question, peakPerS, sessionsHeld: autoscaling.troughSessions, sessionsOpenedPerS };
}

/**
 * An autoscaler that is safe at every count it may choose. Its target depends on the range of counts, and the range on the target: the
 * largest count is raised to what the target asks for at the planned peak until neither changes.
 * @param planned instances of a fixed fleet
 * @param underFaults the largest count that a tested fault asks for, 0 for none
 * @returns undefined when CPU per call or the minimum cannot be computed
 */
export function sizeAutoscaling(
  question: SizingQuestion,
  autoscaling: Autoscaling,
  planned: number,
  underFaults: number,
): AutoscalingFigures | undefined {
  const { cpuPerCallS, idleCores, capacityPerS, failureUtilisation, zones, surviveInstances } = question;
  if (cpuPerCallS === null || idleCores === null) return undefined;
  const trough = countInstances(atTrough(question, autoscaling)).instances;
  if (trough === null) return undefined;

  const fleet = new Fleet(question);
  const coresAtCapacity = idleCores + cpuPerCallS * capacityPerS;
  const requestCores = autoscaling.requestCores ?? coresAtCapacity;
  const minReplicas = Math.max(trough, zones);
  const common = {
    cpuAtCapacity: coresAtCapacity / requestCores,
    autoscaling,
    failureUtilisation,
    hotspot: fleet.hotspotLoad(Math.max(1, fleet.survivors(planned))),
  };
  let maxReplicas = Math.max(planned, underFaults, minReplicas);
  for (;;) {
    const worst = worstRatio(fleet, minReplicas, maxReplicas);
    const terms = targetTerms({ ...common, worstSurvivorRatio: worst.ratio });
    const target = (terms.percent / 100) * requestCores;
    const atPeak = smallestCalm((n) => idleCores + (cpuPerCallS * fleet.demand) / n, target, autoscaling.tolerance, minReplicas);
    if (atPeak !== null && atPeak > maxReplicas) {
      maxReplicas = atPeak;
      continue;
    }
    const ratioAtPlanned = Math.max(0, fleet.survivors(planned)) / planned;
    return {
      requestCores,
      limitMemoryMb: question.memoryLimitMb,
      targetLag: terms.lag,
      targetSurvive: terms.survive,
      targetSurviveAtPlannedInstances: targetTerms({ ...common, worstSurvivorRatio: ratioAtPlanned }).survive,
      targetPercent: terms.percent,
      worstSurvivorRatio: worst.ratio,
      worstRatioAt: worst.at,
      minReplicas,
      maxReplicas,
      replicasAtPlannedPeak: atPeak,
      pdbMaxUnavailable: surviveInstances,
    };
  }
}

/** Smallest count at which one instance uses so little CPU that the autoscaler adds none. */
function smallestCalm(coresOfOne: (n: number) => number, target: number, tolerance: number, from: number): number | null {
  for (let n = from; n <= MOST_INSTANCES; n++) if (desiredReplicas(n, coresOfOne(n), target, tolerance) <= n) return n;
  return null;
}
