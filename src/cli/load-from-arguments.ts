import { loadScenario } from '../scenario/load-scenario.js';
import type { LoadedScenario } from '../scenario/parse-scenario.js';

/** Loads the scenario that a command line names, with its `--set` and `--env`. @throws ScenarioProblems (exit code 2). */
export function loadFromArguments(
  path: string,
  args: { readonly set?: readonly string[] | undefined; readonly env?: string | undefined },
): LoadedScenario {
  return loadScenario(path, {
    env: process.env,
    ...(args.set === undefined ? {} : { set: args.set }),
    ...(args.env === undefined ? {} : { overlay: args.env }),
  });
}
