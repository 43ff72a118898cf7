import type {
  AutoscalingFigures,
  BurstAbsorbed,
  DependencySizing,
  FleetFigures,
  SizingFigures,
} from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';
import { compact } from '../scenario/file/compact.js';
import { amountText, countText, percentText } from '../text/figure-text.js';
import { sizeAutoscaling } from './autoscaling.js';
import { doesNotFit } from './does-not-fit.js';
import { sizeUnderFault } from './fault-sizing.js';
import { Fleet, fits, podCount, surgeOf } from './fleet.js';
import { countInstances } from './instance-counts.js';
import { plainFormulaOf } from './plain-formula.js';
import { checkQuestion } from './sizing-checks.js';
import { type InputIntervals, type InputSources, listInputs } from './sizing-input-list.js';
import { warningsOf } from './sizing-warnings.js';

/**
 * Instances for the planned traffic: the smallest number that meets load, instance loss, zone loss, sessions, memory and descriptors at once,
 * with everything that a planner needs to defend it. Pure, and free of everything that a browser lacks: the calculator of the report runs
 * this very code.
 * @param sources where inputs came from, by their name in the `capacity` block; what is not named was given
 * @param notes what the measurement leaves open; they head the warnings
 * @param intervals how sure measured inputs are, by their name
 * @throws SizingInputError for inputs that contradict one another
 */
export function computeSizing(
  question: SizingQuestion,
  sources: InputSources = {},
  notes: readonly string[] = [],
  intervals: InputIntervals = {},
): SizingFigures {
  checkQuestion(question);
  const fleet = new Fleet(question);
  const counted = countInstances(question);
  const { counts, instances, needed, binding } = counted;
  const smallestFail = atSmallestFail(question, question.smallestFailPerS);
  const sensitivity = instances === null && smallestFail === null ? undefined : { confirmed: instances, smallestFail };
  const lacking = instances === null ? doesNotFit(fleet, counted, (peakPerS) => new Fleet({ ...question, peakPerS })) : undefined;
  const underFaults = question.faults.map((fault) => sizeUnderFault(fleet, fault, instances));
  const mostUnderFaults = Math.max(0, ...underFaults.map((fault) => fault.instances ?? 0));
  const autoscaling =
    question.autoscaling === null || instances === null
      ? undefined
      : sizeAutoscaling(question, question.autoscaling, instances, mostUnderFaults);
  const dependency = needed === null ? undefined : dependencyOf(fleet, needed, autoscaling);
  const burstAbsorbed = absorbedBurst(fleet, instances);
  const plain = plainFormulaOf(question);
  return {
    question,
    inputs: listInputs(question, sources, intervals),
    plannedCalls: fleet.calls,
    demand: fleet.demand,
    counts,
    binding,
    instances,
    ...(lacking === undefined ? {} : { doesNotFit: lacking }),
    ...(notes.length === 0 ? {} : { notes }),
    warnings: [
      ...notes,
      ...warningsOf({ fleet, instances, doesNotFit: lacking, sources, sensitivity, underFaults, dependency, autoscaling }),
    ],
    ...(instances === null ? {} : { fleet: fleetFigures(fleet, instances) }),
    ...compact({ sensitivity, burstAbsorbed }),
    underFaults: instances === null ? [] : underFaults,
    ...compact({ dependency, autoscaling }),
    chain: chainOf(fleet),
    ...(plain === undefined ? {} : { plainFormula: plain }),
  };
}

function atSmallestFail(question: SizingQuestion, smallestFailPerS: number | null): number | null {
  if (smallestFailPerS === null) return null;
  return countInstances({ ...question, capacityPerS: smallestFailPerS, smallestFailPerS: null }).instances;
}

/**
 * A short burst may be waited out instead of bought: it adds (burst x calls / capacity - 1) x its length of wait. Undefined where no burst
 * is planned, or where the plan needs as many instances without it: then the burst costs none.
 */
function absorbedBurst(fleet: Fleet, planned: number | null): BurstAbsorbed | undefined {
  const { question } = fleet;
  if (question.burst <= 1) return undefined;
  const { instances } = countInstances({ ...question, burst: 1 });
  if (instances === null || instances === planned) return undefined;
  const waitS = (utilisation: number): number => (fits(utilisation, 1) ? 0 : (utilisation - 1) * question.burstWindowS);
  const { allUp, ...failures } = utilisationOf(fleet, instances);
  const inFailures = Object.values(failures);
  const worst = inFailures.length === 0 ? undefined : Math.max(...inFailures);
  return {
    instances,
    addedWaitS: waitS(allUp),
    utilisation: allUp,
    ...(worst === undefined ? {} : { worstAddedWaitS: waitS(worst), worstUtilisation: worst }),
  };
}

function utilisationOf(fleet: Fleet, n: number): FleetFigures['utilisation'] {
  const { surviveInstances, surviveZones, rolling } = fleet.question;
  return {
    allUp: fleet.utilisation(n, 0),
    ...(surviveInstances > 0 ? { instanceLoss: fleet.utilisation(n, surviveInstances) } : {}),
    ...(surviveZones > 0 ? { zoneLoss: fleet.utilisation(n, fleet.inLostZones(n)) } : {}),
    ...(rolling === null ? {} : { rollingUpdate: fleet.utilisation(n, podCount(rolling.maxUnavailable, n, 'down')) }),
  };
}

function fleetFigures(fleet: Fleet, n: number): FleetFigures {
  const { question, inflight } = fleet;
  const survivors = fleet.survivors(n);
  const utilisation = utilisationOf(fleet, n);
  const { allUp, ...failures } = utilisation;
  const memoryMb = fleet.memoryMb(survivors);
  return {
    utilisation,
    worstFailureUtilisation: Math.max(...(Object.keys(failures).length === 0 ? [allUp] : Object.values(failures))),
    survivors,
    hotspotLoad: fleet.hotspotLoad(survivors),
    hotspotSessions: fleet.hotspotSessions(survivors),
    ...(inflight === undefined ? {} : { inflight, inflightPerSurvivor: inflight / survivors }),
    sessionsHottest: fleet.sessionsHottest(survivors),
    ...(memoryMb === undefined ? {} : { memoryMb, heapMb: memoryMb * question.heapShare }),
    ...(inflight === undefined ? {} : { descriptors: fleet.descriptors(survivors) }),
    reconnectRate: fleet.reconnectRate(n, n - survivors),
    ...coresOf(fleet, n, survivors),
    overPeak: (n * fleet.capacityOfOne(n)) / question.peakPerS,
    ...costOf(question, n),
  };
}

function coresOf(fleet: Fleet, n: number, survivors: number): Partial<FleetFigures> {
  const { cpuPerCallS, idleCores } = fleet.question;
  if (cpuPerCallS === null || idleCores === null) return {};
  const worst = fleet.demandAfterLoss(n, n - survivors) * fleet.hotspotLoad(survivors);
  return {
    coresTotal: n * idleCores + cpuPerCallS * fleet.demand,
    coresAllUp: idleCores + (cpuPerCallS * fleet.demand) / n,
    coresWorst: idleCores + (cpuPerCallS * worst) / survivors,
  };
}

function costOf({ pricePerHour, averagePerS }: SizingQuestion, n: number): Partial<FleetFigures> {
  if (pricePerHour === null) return {};
  return {
    costMonth: n * pricePerHour * 730,
    ...(averagePerS === null ? {} : { costPerMillionCalls: ((n * pricePerHour) / (averagePerS * 3600)) * 1e6 }),
  };
}

/** @param planned instances that the counts ask for, whether they fit or not */
function dependencyOf(fleet: Fleet, planned: number, autoscaling: AutoscalingFigures | undefined): DependencySizing | undefined {
  const { dependency, rolling } = fleet.question;
  const room = fleet.connectionRoom;
  if (dependency === null || room === undefined) return undefined;
  const most = autoscaling?.maxReplicas ?? planned;
  const instances = most + surgeOf(rolling, most);
  return {
    instances,
    connections: instances * dependency.pool,
    room,
    instancesThatFit: Math.floor(room / dependency.pool),
    poolThatFits: Math.floor(room / instances),
    callsPerSecond: fleet.calls * dependency.callsPerCall,
    utilisation: fleet.dependencyUse ?? null,
  };
}

/** The one chain from the stated peak to the load that instances are counted for, in words. Each factor stands in it once. */
function chainOf(fleet: Fleet): readonly string[] {
  const q = fleet.question;
  const lines = [`peak ${amountText(q.peakPerS)} calls/s, a mean over ${amountText(q.windowS)} s`];
  if (q.growth > 0) lines.push(`x ${amountText(1 + q.growth)} for ${percentText(q.growth)} growth of calls and sessions`);
  if (q.burst > 1) lines.push(`x ${amountText(q.burst)} for bursts over ${amountText(q.burstWindowS)} s inside that window`);
  lines.push(`= ${amountText(fleet.calls)} calls/s planned`);
  if (fleet.demand > fleet.calls) {
    const opened = q.sessionsOpenedPerS * (1 + q.growth);
    lines.push(
      `+ ${amountText(opened)} sessions/s opened x ${amountText(q.openingCost)} calls each = ${amountText(fleet.demand)} calls/s`,
    );
  }
  const product = (q.burst * (1 + q.growth)) / q.utilisation;
  lines.push(
    `/ ${percentText(q.utilisation)} utilization, all instances healthy: ${amountText(product)} times the peak in capacity`,
  );
  lines.push(`/ ${amountText(q.capacityPerS)} calls/s of one instance within the SLO`);
  const lost = [
    ...(q.surviveInstances > 0 ? [`any ${countText(q.surviveInstances, 'instance')}`] : []),
    ...(q.surviveZones > 0 ? [`any ${countText(q.surviveZones, 'zone')} of ${q.zones}`] : []),
  ];
  if (lost.length > 0) {
    lines.push(`with ${lost.join(', or ')} lost (not both at once) at most ${percentText(q.failureUtilisation)} of what is left`);
  }
  return lines;
}
