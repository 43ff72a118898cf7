import { PlimsollError } from '../../errors/plimsoll-error.js';
import { compact } from '../../scenario/file/compact.js';
import { nodeFiles } from '../../scenario/reading/load-scenario.js';
import { type LoadedScenario, parseScenario } from '../../scenario/reading/parse-scenario.js';
import { scenarioFromFlags } from '../../scenario/reading/scenario-from-flags.js';
import type { Console } from '../console.js';
import { loadFromArguments, type ScenarioFlags } from '../load-from-arguments.js';
import { configuredServer, setsOfConfiguredServer } from '../mcp-config.js';

/** What names a scenario on the command line of `run`. */
export interface ScenarioArguments extends ScenarioFlags {
  /** File or URL. Absent: the server of --mcp-config is run with the tool that the flags name. */
  readonly scenario?: string | undefined;
  readonly tool?: string | undefined;
  readonly arguments?: string | undefined;
  readonly rate?: string | undefined;
  readonly for?: string | undefined;
  readonly slo?: readonly string[] | undefined;
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * The text of the scenario file that a URL with flags stands for; without a URL its target is left empty, for a server of --mcp-config.
 * @throws PlimsollError with exit code 2 when a flag is missing.
 */
export function scenarioText(args: ScenarioArguments): string {
  const { scenario: url, tool, rate, for: duration } = args;
  if (tool === undefined || rate === undefined || duration === undefined) {
    const missing = [tool === undefined && '--tool', rate === undefined && '--rate', duration === undefined && '--for'];
    const what = url === undefined ? 'run --mcp-config without a scenario file' : 'run URL';
    const example = `plimsoll run ${url ?? '--mcp-config FILE --server NAME'} --tool NAME --rate 50/s --for 10s`;
    throw new PlimsollError(`${what} also needs ${missing.filter(Boolean).join(' and ')}`, 'usage', {
      hint: `for instance ${example}${url === undefined ? '; plimsoll init --mcp-config FILE --server NAME writes a scenario file' : ''}`,
    });
  }
  return scenarioFromFlags({
    ...(url === undefined ? {} : { url }),
    tool,
    rate,
    for: duration,
    ...compact({ arguments: args.arguments, slo: args.slo }),
  });
}

/**
 * The scenario of a command line: a file, or what a URL or a server of --mcp-config with flags stands for. The console learns its secrets.
 * @throws PlimsollError with exit code 2 for whatever is wrong with it.
 */
export async function scenarioOf(
  args: ScenarioArguments,
  { redactor, err }: Pick<Console, 'redactor' | 'err'>,
): Promise<LoadedScenario> {
  const { scenario } = args;
  const server = scenario === undefined ? configuredServer(args, { err }) : undefined;
  if (scenario === undefined && server === undefined)
    throw new PlimsollError('run needs a scenario file, the URL of a server, or --mcp-config FILE', 'usage', {
      hint: 'plimsoll init URL writes a scenario file to start from',
    });
  if (scenario !== undefined && !isUrl(scenario)) {
    for (const flag of ['tool', 'arguments', 'rate', 'for', 'slo'] as const) {
      if (args[flag] === undefined) continue;
      throw new PlimsollError(`--${flag} goes with a URL or --mcp-config, not with a scenario file`, 'usage', {
        hint: 'change a value of the file with --set, for instance --set load.seed=7',
      });
    }
    return loadFromArguments(scenario, args, { redactor, err });
  }
  if (scenario !== undefined && (args['mcp-config'] !== undefined || args.server !== undefined))
    throw new PlimsollError('a URL and --mcp-config both name the server', 'usage', { hint: 'leave one of them out' });
  if (args.env !== undefined) throw new PlimsollError('--env goes with a scenario file alone', 'usage');
  // First, so that a `--set` of one's own still has the last word.
  const set = [...(server === undefined ? [] : setsOfConfiguredServer(server)), ...(args.set ?? [])];
  return parseScenario(scenarioText(args), {
    fileName: 'the scenario of the command line (see --print-scenario)',
    folder: process.cwd(),
    env: process.env,
    ...(set.length === 0 ? {} : { set }),
    files: nodeFiles,
    redactor,
  });
}
