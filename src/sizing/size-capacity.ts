import type { CapacityFigures } from '../result/capacity-figures.js';
import { replicaRemark } from './replica-remark.js';
import { computeSizing } from './sizing.js';
import { SizingInputError } from './sizing-input-error.js';
import { type ObservedTarget, type SizedScenario, sizingInputs } from './sizing-inputs.js';

/** `sizing` of a capacity search, or why there is none: minutes of measuring are not thrown away because an input contradicts them. */
export function sizeCapacity(
  scenario: SizedScenario,
  capacity: CapacityFigures,
  observed: ObservedTarget = {},
): Pick<CapacityFigures, 'sizing' | 'sizingOmitted'> {
  const inputs = sizingInputs(scenario, capacity, observed);
  if ('refused' in inputs) return { sizingOmitted: inputs.refused };
  try {
    const { healthy, instances } = capacity;
    const remark = healthy === undefined ? undefined : replicaRemark(healthy, instances);
    const notes = remark === undefined ? inputs.notes : [remark, ...inputs.notes];
    return { sizing: computeSizing(inputs.question, inputs.sources, notes, inputs.intervals) };
  } catch (error) {
    if (!(error instanceof SizingInputError)) throw error;
    return { sizingOmitted: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` };
  }
}
