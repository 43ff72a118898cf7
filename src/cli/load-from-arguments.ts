import { loadScenarioOrModule } from '../scenario/reading/load-scenario.js';
import type { LoadedScenario } from '../scenario/reading/parse-scenario.js';
import type { Console } from './console.js';
import { configuredServer, type McpConfigArguments, setsOfConfiguredServer } from './mcp-config.js';

/** What every command takes that reads a scenario. */
export interface ScenarioFlags extends McpConfigArguments {
  readonly set?: readonly string[] | undefined;
  readonly env?: string | undefined;
}

/** Loads the scenario that a command line names, with its `--set`, `--env` and `--mcp-config`. The console learns its secrets. @throws PlimsollError (exit code 2). */
export async function loadFromArguments(
  path: string,
  args: ScenarioFlags & { readonly withoutEvents?: boolean },
  { redactor, err }: Pick<Console, 'redactor' | 'err'>,
): Promise<LoadedScenario> {
  const server = configuredServer(args, { err });
  // First, so that a `--set` of one's own still has the last word.
  const set = [...(server === undefined ? [] : setsOfConfiguredServer(server)), ...(args.set ?? [])];
  return loadScenarioOrModule(path, {
    env: process.env,
    redactor,
    withoutEvents: args.withoutEvents === true,
    ...(set.length === 0 ? {} : { set }),
    ...(args.env === undefined ? {} : { overlay: args.env }),
  });
}
