import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Console } from '../console.js';
import { configuredServer, type McpConfigArguments } from '../mcp-config.js';
import type { InitTarget } from './list-tools.js';

export interface InitArguments extends McpConfigArguments {
  readonly url?: string | undefined;
  /** Command of a stdio server. */
  readonly '--'?: readonly string[];
}

/** The server that the command line of `init` names: a URL, a command behind `--`, or a client's settings. @throws PlimsollError with exit code 2. */
export function initTarget(args: InitArguments, console: Pick<Console, 'err'>): InitTarget {
  const command = args['--'] ?? [];
  const configured = configuredServer(args, console);
  const given = [args.url !== undefined, command.length > 0, configured !== undefined].filter(Boolean).length;
  if (given !== 1)
    throw new PlimsollError(
      given === 0 ? 'init needs the URL of a server' : 'init takes one server: a URL, -- COMMAND, or --mcp-config',
      'usage',
      { hint: 'init URL, init -- node server.js, or init --mcp-config FILE --server NAME' },
    );
  if (configured !== undefined) return configured;
  if (args.url !== undefined) return { transport: 'streamable-http', url: args.url };
  return { transport: 'stdio', command, env: {} };
}
