import type { FaultSizing } from '../result/sizing-figures.js';
import type { SizedFault } from '../result/sizing-question.js';
import { amountText, countText } from '../text/figure-text.js';
import { type Fleet, fits } from './fleet.js';
import { MOST_INSTANCES, smallest } from './instance-counts.js';

/**
 * Calls in flight under a fault: calls are held for its own response time, at most until callers give up; once the load is above what n
 * instances sustain under it, the backlog grows and every call is held until then. The healthy response time would be wrong here.
 */
function inflightUnder(fleet: Fleet, fault: SizedFault, n: number): number | undefined {
  const made = fleet.calls * fault.amplification;
  if (fleet.demand > n * fleet.capacityOfOne(n, fault.capacityPerS)) return made * fault.timeoutS;
  return fault.latencyS === null ? undefined : made * Math.min(fault.latencyS, fault.timeoutS);
}

const utilisationUnder = (fleet: Fleet, fault: SizedFault, n: number): number =>
  (fleet.demand * fleet.hotspotLoad(n)) / (n * fleet.capacityOfOne(n, fault.capacityPerS));

/**
 * Instances that a tested fault asks for, all of them up (fault and zone loss are separate states): utilisation at most the failure ceiling,
 * memory, descriptors and connections included.
 */
export function sizeUnderFault(fleet: Fleet, fault: SizedFault, planned: number | null): FaultSizing {
  if (fault.capacityPerS <= 0) return { name: fault.name, instances: null, reason: 'cannot be bought with instances' };
  const memoryAt = (n: number) => fleet.memoryMb(n, inflightUnder(fleet, fault, n));
  const needed = smallest((n) => {
    if (!fits(utilisationUnder(fleet, fault, n), fleet.question.failureUtilisation)) return false;
    const memory = memoryAt(n);
    if (memory !== undefined && !fleet.memoryFits(memory)) return false;
    return fleet.descriptorsFit(fleet.descriptors(n, inflightUnder(fleet, fault, n)));
  });
  const fitting = needed === null || fleet.connectionsFit(needed);
  const instances = fitting ? needed : null;
  const inflight = instances === null ? undefined : inflightUnder(fleet, fault, instances);
  return {
    name: fault.name,
    instances,
    ...(inflight === undefined ? {} : { inflight }),
    ...(planned === null ? {} : atPlanned(fleet, fault, planned, memoryAt(planned))),
    ...(needed === null ? { reason: `no instance count up to ${MOST_INSTANCES} is enough` } : {}),
    ...(fitting
      ? {}
      : {
          reason: `does not fit: the database allows ${countText(fleet.mostByConnections, 'instance')}, ${amountText(needed ?? 0)} would be needed`,
        }),
  };
}

function atPlanned(fleet: Fleet, fault: SizedFault, planned: number, memory: number | undefined): Partial<FaultSizing> {
  const inflight = inflightUnder(fleet, fault, planned);
  return {
    ...(inflight === undefined ? {} : { inflightAtPlannedInstances: inflight }),
    utilisationAtPlannedInstances: utilisationUnder(fleet, fault, planned),
    ...(memory === undefined
      ? {}
      : { memoryMbAtPlannedInstances: memory, memoryFitsAtPlannedInstances: fleet.memoryFits(memory) }),
  };
}
