import type { z } from 'zod';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { compact } from '../scenario/file/compact.js';
import { loadScenarioOrModule, nodeFiles } from '../scenario/reading/load-scenario.js';
import { type LoadedScenario, parseScenario } from '../scenario/reading/parse-scenario.js';
import type { scenarioSchema } from '../scenario/schema/scenario-schema.js';
import { withOptionNames } from './option-names.js';

/**
 * What a scenario file holds, as an object: the same keys and the same values, durations and rates as text (`10s`, `50/s`). The grammar is in
 * docs/scenario-reference.md.
 */
export type Scenario = z.input<typeof scenarioSchema>;

/** How a scenario file is read. */
export interface LoadScenarioOptions {
  /** `path=value` overrides, in order, as `--set` takes them: `load.seed=7`. */
  readonly set?: readonly string[] | undefined;
  /** NAME of the overlay file `<scenario>.NAME.yaml`, as `--env` takes it. */
  readonly env?: string | undefined;
}

/** What scenarios that were checked stand for. The objects themselves are plain data: they hold no secret that was not written into them. */
const checked = new WeakMap<object, LoadedScenario>();

const keep = (loaded: LoadedScenario): Scenario => {
  const scenario = deepFreeze(loaded.written) as unknown as Scenario;
  checked.set(scenario, loaded);
  return scenario;
};

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) deepFreeze(item);
  return Object.freeze(value);
}

export function checkScenario(object: unknown): Scenario {
  return keep(parseScenario({ object }, { fileName: 'the scenario', folder: process.cwd(), env: process.env, files: nodeFiles }));
}

export async function readScenario(path: string, { set, env }: LoadScenarioOptions): Promise<Scenario> {
  if (typeof path !== 'string' || path === '')
    throw new PlimsollError(`loadScenario: found ${JSON.stringify(path)}, accepted: the path of a scenario file`, 'usage');
  try {
    return keep(await loadScenarioOrModule(path, { env: process.env, ...compact({ set, overlay: env }) }));
  } catch (error) {
    throw error instanceof PlimsollError ? withOptionNames(error) : error;
  }
}

/** What is run: of a scenario that was not checked yet, it is checked now. @throws PlimsollError `SCENARIO` */
export const loadedOf = (scenario: Scenario): LoadedScenario =>
  checked.get(scenario) ?? (checked.get(checkScenario(scenario)) as LoadedScenario);
