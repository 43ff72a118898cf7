import type { Phase } from '../load.js';
import type { SegmentKind } from './segment.js';

/** A constant rate this many times another one is a burst, unless the file says otherwise. */
const BURST_FACTOR = 1.5;

/** Kinds that the plain SLO and the baseline judge. */
export const JUDGED_KINDS: readonly SegmentKind[] = ['steady', 'ramp', 'burst', 'closed'];

/** All kinds, as `slo.during` may name them. */
export const SEGMENT_KINDS: readonly SegmentKind[] = ['warm-up', ...JUDGED_KINDS, 'edge', 'fault', 'recovery'];

/** Kind of a phase outside faults and recovery. `phases` are all phases of the scenario, since a burst is one by comparison. */
export const phaseKind = (phase: Phase, phases: readonly Phase[]): SegmentKind => {
  if (phase.warmUp) return 'warm-up';
  if (phase.model === 'closed') return 'closed';
  if (phase.fromPerS !== phase.toPerS) return 'ramp';
  if (phase.kind === 'burst') return 'burst';
  const isBurst = phases.some(
    (other) =>
      other !== phase &&
      other.model === 'open' &&
      !other.warmUp &&
      other.fromPerS === other.toPerS &&
      phase.fromPerS >= BURST_FACTOR * other.fromPerS,
  );
  return isBurst ? 'burst' : 'steady';
};
