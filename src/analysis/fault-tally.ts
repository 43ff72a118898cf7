import type { FaultEntry } from '../journal/fault-entry.js';
import type { StartEntry } from '../journal/start-entry.js';
import type { FaultFigures } from '../result/fault-figures.js';
import { compact } from '../scenario/file/compact.js';

interface Carried {
  readonly dependency: string;
  readonly recipe: string;
  onS?: number;
  offS?: number | undefined;
  steps: number;
  failure?: string;
  toxics?: readonly Readonly<Record<string, unknown>>[];
}

/** Collects what the fault agent says it did, beside what was planned: which faults were in force, from when to when. */
export class FaultTally {
  /** Indexes into the scenario's faults that the timeline holds. */
  readonly planned: readonly number[];
  readonly #start: StartEntry;
  readonly #faults = new Map<number, Carried>();

  constructor(start: StartEntry) {
    this.#start = start;
    this.planned = [...new Set(start.timeline.flatMap(({ faults }) => faults))].sort((a, b) => a - b);
    const entries: readonly unknown[] = Array.isArray(start.scenario.faults) ? start.scenario.faults : [];
    for (const fault of this.planned) {
      const { dependency, inject } = (entries[fault] ?? {}) as { readonly dependency?: unknown; readonly inject?: unknown };
      this.#faults.set(fault, { dependency: String(dependency ?? 'unknown'), recipe: String(inject ?? 'toxics'), steps: 0 });
    }
  }

  add({ fault, dependency, recipe, what, t, text, toxics }: FaultEntry): void {
    const carried = this.#faults.get(fault) ?? { dependency, recipe, steps: 0 };
    this.#faults.set(fault, carried);
    if (what === 'on') {
      carried.onS ??= t;
      // A search for hidden capacity puts one fault in force again and again: the last time too has to be taken back.
      carried.offS = undefined;
    }
    if (what === 'off') carried.offS = t;
    if (what === 'on' || what === 'step') carried.steps++;
    if (what === 'failed') carried.failure ??= text ?? 'it could not be injected';
    if (toxics !== undefined) carried.toxics ??= toxics;
  }

  /** One for each fault of the plan and each that the agent spoke of, in the order of the scenario. */
  figures(): readonly Omit<FaultFigures, 'findings'>[] {
    const { faultEngine, proxiedPaths, timeline } = this.#start;
    return [...this.#faults]
      .sort(([a], [b]) => a - b)
      .map(([fault, { dependency, recipe, onS, offS, steps, failure, toxics }]) => {
        const path = proxiedPaths?.[dependency];
        const plannedAtS = timeline.find(({ faults }) => faults.includes(fault))?.startS;
        return {
          fault,
          dependency,
          recipe,
          steps,
          ...compact({ engine: faultEngine?.name, path, plannedAtS, startS: onS, removedAtS: offS, toxics, failure }),
        };
      });
  }
}
