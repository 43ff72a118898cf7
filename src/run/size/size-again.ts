import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { SizingFigures } from '../../result/sizing-figures.js';
import type { CapacitySettings } from '../../scenario/capacity-settings.js';
import { computeSizing } from '../../sizing/sizing.js';
import { SizingInputError } from '../../sizing/sizing-input-error.js';
import { type NotSized, sizingInputs } from '../../sizing/sizing-inputs.js';
import type { SavedSearch } from './saved-search.js';

/**
 * The sizing again from a saved search, with other settings.
 * @throws PlimsollError with exit code 3 where no rate met the SLO, 2 for inputs that contradict one another
 */
export function sizeAgain(saved: SavedSearch, capacity: CapacitySettings): SizingFigures {
  const scenario = { ...saved.scenario, capacity };
  const inputs = sizingInputs(scenario, saved.capacity, saved.stateful === undefined ? {} : { stateful: saved.stateful });
  if ('refused' in inputs) throw notSized(inputs);
  try {
    return computeSizing(inputs.question, inputs.sources, inputs.notes, inputs.intervals);
  } catch (error) {
    if (!(error instanceof SizingInputError)) throw error;
    throw new PlimsollError(error.message, 'usage', { hint: error.hint, cause: error });
  }
}

/** That no rate meets the SLO is an answer; all else asks for what is missing. */
function notSized({ refused, missing }: NotSized): PlimsollError {
  if (missing === 'capacity') return new PlimsollError(refused, 'sloMissed');
  const hint = missing === 'peak' ? 'give --peak 1000/s' : 'give --measured.confirmed 100/s, or measure again';
  return new PlimsollError(`nothing to size: ${refused}`, 'usage', { hint });
}
