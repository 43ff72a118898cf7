import type { StartEntry } from '../journal/start-entry.js';

/** What a scenario has that names no `load.maxInFlight`. */
const DEFAULT_MAX_IN_FLIGHT = 1000;

/** What the noise rules ask of the load as it was planned, from the scenario as the journal keeps it: as written, defaults left out. */
export interface PlannedLoad {
  readonly maxInFlight: number;
  /** Closed users of a phase; undefined for one of arrivals. */
  readonly usersOf: (phase: string) => number | undefined;
}

export function plannedLoad({ scenario }: Pick<StartEntry, 'scenario'>): PlannedLoad {
  const load = (scenario.load ?? {}) as { readonly maxInFlight?: unknown; readonly phases?: unknown };
  const phases = (Array.isArray(load.phases) ? load.phases : []) as readonly {
    readonly name?: unknown;
    readonly users?: unknown;
  }[];
  return {
    maxInFlight: typeof load.maxInFlight === 'number' ? load.maxInFlight : DEFAULT_MAX_IN_FLIGHT,
    usersOf: (phase) => {
      const users = phases.find(({ name }) => name === phase)?.users;
      return typeof users === 'number' ? users : undefined;
    },
  };
}
