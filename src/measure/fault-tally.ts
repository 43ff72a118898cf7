import type { FaultEntry, StartEntry } from './journal-entry.js';
import type { FaultFigures } from './result.js';

interface Carried {
  readonly dependency: string;
  readonly recipe: string;
  onS?: number;
  offS?: number;
  steps: number;
  failure?: string;
  toxics?: readonly Readonly<Record<string, unknown>>[];
}

/** Collects what the fault agent says it did: which faults were in force, from when to when. */
export class FaultTally {
  readonly #faults = new Map<number, Carried>();

  add({ fault, dependency, recipe, what, t, text, toxics }: FaultEntry): void {
    const carried = this.#faults.get(fault) ?? { dependency, recipe, steps: 0 };
    this.#faults.set(fault, carried);
    if (what === 'on') carried.onS ??= t;
    if (what === 'off') carried.offS = t;
    if (what === 'on' || what === 'step') carried.steps++;
    if (what === 'failed') carried.failure ??= text ?? 'it could not be carried out';
    if (toxics !== undefined) carried.toxics ??= toxics;
  }

  /** One for each fault that the agent spoke of, in the order of the scenario. */
  figures({ faultEngine, proxiedPaths }: StartEntry): readonly FaultFigures[] {
    return [...this.#faults]
      .sort(([a], [b]) => a - b)
      .map(([fault, { dependency, recipe, onS, offS, steps, failure, toxics }]) => {
        const path = proxiedPaths?.[dependency];
        return {
          fault,
          dependency,
          recipe,
          steps,
          ...(faultEngine === undefined ? {} : { engine: faultEngine.name }),
          ...(path === undefined ? {} : { path }),
          ...(onS === undefined ? {} : { startS: onS }),
          ...(offS === undefined ? {} : { removedAtS: offS }),
          ...(toxics === undefined ? {} : { toxics }),
          ...(failure === undefined ? {} : { failure }),
        };
      });
  }
}
