import type { WrittenFault } from './fault-plan.js';

/** Longer than any search, after which it is taken off; no longer, because recipes that switch back and forth plan every step. */
const HELD_MS = 3_600_000;

/** The fault that a capacity search holds, and the entries of `faults` with its recipe and dependency: of a single one it takes the parameters. */
export interface HeldFault {
  readonly fault: WrittenFault;
  readonly matching: readonly number[];
}

/** @param under `recipe@dependency` of `capacity.under` */
export function heldFault(under: string, faults: readonly (WrittenFault | undefined)[]): HeldFault {
  const at = under.indexOf('@');
  const [inject, dependency] = [under.slice(0, at), under.slice(at + 1)];
  const matching = faults.flatMap((fault, index) => (fault?.inject === inject && fault.dependency === dependency ? [index] : []));
  const [only, ...others] = matching;
  const given = only === undefined || others.length > 0 ? undefined : faults[only]?.with;
  return { fault: { dependency, inject, with: given ?? {}, atMs: 0, forMs: HELD_MS }, matching };
}
