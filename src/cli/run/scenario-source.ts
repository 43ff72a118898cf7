import { existsSync, readFileSync } from 'node:fs';
import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { type LoadedScenario, parseScenario } from '../../scenario/parse-scenario.js';
import { scenarioFromFlags } from '../../scenario/scenario-from-flags.js';
import { loadFromArguments } from '../load-from-arguments.js';
import type { McpConfigArguments } from '../mcp-config.js';

/** What names a scenario on the command line of `run`. */
export interface ScenarioArguments extends McpConfigArguments {
  /** File or URL. */
  readonly scenario: string;
  readonly tool?: string | undefined;
  readonly arguments?: string | undefined;
  readonly rate?: string | undefined;
  readonly for?: string | undefined;
  readonly slo?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly env?: string | undefined;
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** The text of the scenario file that a URL with flags stands for. @throws PlimsollError with exit code 2 when a flag is missing. */
export function scenarioText(args: ScenarioArguments): string {
  const { tool, rate, for: duration } = args;
  if (tool === undefined || rate === undefined || duration === undefined) {
    const missing = [tool === undefined && '--tool', rate === undefined && '--rate', duration === undefined && '--for'];
    throw new PlimsollError(`run URL also needs ${missing.filter(Boolean).join(' and ')}`, EXIT.usage, {
      hint: `for instance plimsoll run ${args.scenario} --tool NAME --rate 50/s --for 10s`,
    });
  }
  return scenarioFromFlags({
    url: args.scenario,
    tool,
    rate,
    for: duration,
    ...(args.arguments === undefined ? {} : { arguments: args.arguments }),
    ...(args.slo === undefined ? {} : { slo: args.slo }),
  });
}

/**
 * The scenario of a command line: a file, or what a URL with flags stands for.
 * @throws PlimsollError with exit code 2 for whatever is wrong with it.
 */
export function scenarioOf(args: ScenarioArguments): LoadedScenario {
  if (!isUrl(args.scenario)) {
    for (const flag of ['tool', 'arguments', 'rate', 'for', 'slo'] as const) {
      if (args[flag] === undefined) continue;
      throw new PlimsollError(`--${flag} goes with a URL, not with a scenario file`, EXIT.usage, {
        hint: 'change a value of the file with --set, for instance --set load.seed=7',
      });
    }
    return loadFromArguments(args.scenario, args);
  }
  if (args['mcp-config'] !== undefined || args.server !== undefined)
    throw new PlimsollError('--mcp-config goes with a scenario file, not with a URL', EXIT.usage, {
      hint: 'plimsoll init --mcp-config FILE --server NAME writes one',
    });
  if (args.env !== undefined) throw new PlimsollError('--env goes with a scenario file, not with a URL', EXIT.usage);
  return parseScenario(scenarioText(args), {
    fileName: 'the scenario of the command line (see --print-scenario)',
    folder: process.cwd(),
    env: process.env,
    ...(args.set === undefined ? {} : { set: args.set }),
    files: { read: (path) => readFileSync(path, 'utf8'), exists: existsSync },
  });
}
