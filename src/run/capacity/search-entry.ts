import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { CapacityUnder } from '../../journal/start-entry.js';
import { ephemeralRange } from '../../scenario/faults/ephemeral-range.js';
import { planFaults } from '../../scenario/faults/fault-plan.js';
import { readParameters } from '../../scenario/faults/recipe.js';
import { recipeNamed } from '../../scenario/faults/recipe-catalogue.js';
import type { Json } from '../../scenario/file/json.js';
import type { Fault, Scenario } from '../../scenario/scenario.js';

/** One search: healthy, or with a fault held for all of it. */
export interface SearchUnder extends CapacityUnder {
  /** Absent for `none`. */
  readonly fault?: Fault;
  /** Where the parameters of its recipe come from, in words. */
  readonly parametersFrom?: string;
}

/** Longer than any search, after which it is taken off; no longer, because recipes that switch back and forth plan every step. */
const HELD_MS = 3_600_000;

/**
 * The searches that `under` asks for. A recipe takes its parameters from the single entry of `faults` with the same recipe and dependency,
 * else its defaults.
 * @throws PlimsollError with exit code 2 for an entry that appears twice, an unknown recipe, or parameters that it does not take.
 */
export function searchesUnder(scenario: Scenario, entries: readonly string[]): readonly SearchUnder[] {
  return entries.map((under, index) => {
    if (entries.indexOf(under) < index) throw new PlimsollError(`capacity.under.${index}: ${under} is listed twice`, EXIT.usage);
    if (under === 'none') return { under };
    const [inject = '', dependency = ''] = under.split('@');
    const matching = scenario.faults.filter((fault) => fault.inject === inject && fault.dependency === dependency);
    const [only] = matching;
    const given = matching.length === 1 ? only?.with : undefined;
    const fault: Fault = { dependency, inject, with: given ?? {}, atMs: 0, forMs: HELD_MS };
    const [problem] = planFaults({ ...scenario, faults: [fault] }, ephemeralRange()).problems;
    if (problem !== undefined) {
      const where = problem.path.slice(0, 2).join('.') === 'faults.0' ? problem.path.slice(2).join('.') : problem.path.join('.');
      throw new PlimsollError(
        `capacity.under.${index} (${under}), ${where}: found ${problem.found}, accepted: ${problem.accepted}`,
        EXIT.usage,
        problem.hint === undefined ? {} : { hint: problem.hint },
      );
    }
    return {
      under,
      fault,
      with: parametersOf(inject, fault.with),
      parametersFrom:
        given !== undefined
          ? `faults.${scenario.faults.indexOf(only as Fault)}`
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
