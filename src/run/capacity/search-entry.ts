import type { CapacityUnder } from '../../journal/start-entry.js';
import type { Fault } from '../../scenario/faults/fault.js';
import { withSteps } from '../../scenario/faults/fault-plan.js';
import { heldFault } from '../../scenario/faults/held-fault.js';
import { readParameters } from '../../scenario/faults/recipe.js';
import { recipeNamed } from '../../scenario/faults/recipe-catalogue.js';
import type { Json } from '../../scenario/file/json.js';
import type { Scenario } from '../../scenario/scenario.js';

/** One search: healthy, or with a fault held for all of it. */
export interface SearchUnder extends CapacityUnder {
  /** Absent for `none`. */
  readonly fault?: Fault;
  /** Where the parameters of its recipe come from, in words. */
  readonly parametersFrom?: string;
}

/**
 * The searches that `under` asks for, as the checks of the scenario let it pass. A recipe takes its parameters from the single entry of
 * `faults` with the same recipe and dependency, else its defaults.
 */
export function searchesUnder(scenario: Scenario, entries: readonly string[]): readonly SearchUnder[] {
  return entries.map((under) => {
    if (under === 'none') return { under };
    const { fault, matching } = heldFault(under, scenario.faults);
    return {
      under,
      fault: withSteps(fault),
      with: parametersOf(fault.inject ?? '', fault.with),
      parametersFrom:
        matching.length === 1
          ? `faults.${matching[0]}`
          : matching.length > 1
            ? `the recipe's defaults: ${matching.length} entries of \`faults\` match`
            : "the recipe's defaults",
    };
  });
}

/** Parameters as they will be in force: durations in milliseconds, sizes in bytes, shares from 0 to 1. */
function parametersOf(name: string, given: Readonly<Record<string, Json>>): Readonly<Record<string, string | number>> {
  const recipe = recipeNamed(name);
  const read = recipe === undefined ? undefined : readParameters(recipe, given);
  return read !== undefined && 'values' in read ? read.values : {};
}
