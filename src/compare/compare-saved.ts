import { PlimsollError } from '../errors/plimsoll-error.js';
import type { Result } from '../result/result.js';
import type { SelfCheck } from '../result/self-check.js';
import { type ComparableBaseline, compareBaselines } from './compare-baselines.js';
import { compareCapacities } from './compare-capacities.js';
import { compareGates } from './compare-gates.js';
import { type ComparableRun, compareRuns } from './compare-runs.js';
import type { Comparison } from './comparison.js';

/** What a folder holds: a run, a capacity search or a gate. */
export type ComparableResult = ComparableRun & Pick<Result, 'capacity' | 'gate'>;

/** What one side of a comparison is. */
export type Comparable = { readonly path: string; readonly result: ComparableResult } | ComparableBaseline;

type Kind = 'run' | 'capacity search' | 'gate' | 'baseline file';

function kindOf(side: Comparable): Kind {
  if ('baseline' in side) return 'baseline file';
  const { capacity, gate } = side.result;
  return capacity !== undefined ? 'capacity search' : gate !== undefined ? 'gate' : 'run';
}

/**
 * Puts two of one kind side by side. Pure.
 * @param check of two runs: the last self-check on the machine of both, where there is one
 * @throws PlimsollError (exit code 2) naming what each is, where they are of two kinds
 */
export function compareSaved(a: Comparable, b: Comparable, check?: SelfCheck): Comparison {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA !== kindB) {
    throw new PlimsollError(
      `A (${a.path}) is a ${kindA} and B (${b.path}) is a ${kindB}: only two of one kind can be compared`,
      'usage',
      {
        hint: 'name two runs, two capacity searches, two gates or two baseline files',
      },
    );
  }
  if ('baseline' in a || 'baseline' in b) return compareBaselines(a as ComparableBaseline, b as ComparableBaseline);
  const [{ capacity: capacityA, gate: gateA }, { capacity: capacityB, gate: gateB }] = [a.result, b.result];
  if (capacityA !== undefined && capacityB !== undefined)
    return compareCapacities({ ...a.result, capacity: capacityA }, { ...b.result, capacity: capacityB });
  if (gateA !== undefined && gateB !== undefined) return compareGates({ ...a.result, gate: gateA }, { ...b.result, gate: gateB });
  return compareRuns(a.result, b.result, check);
}
