import { readFileSync } from 'node:fs';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { nearest } from '../scenario/nearest.js';

/** One server of a client's `mcpServers` list, as far as it says how to reach it. */
export type ConfiguredServer =
  | {
      readonly transport: 'stdio';
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | { readonly transport: 'streamable-http' | 'sse'; readonly url: string; readonly headers: Readonly<Record<string, string>> };

export interface McpConfigArguments {
  readonly 'mcp-config'?: string | undefined;
  readonly server?: string | undefined;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The server that `--mcp-config FILE --server NAME` names; undefined when neither is given. @throws PlimsollError with exit code 2. */
export function configuredServer(args: McpConfigArguments): ConfiguredServer | undefined {
  const { 'mcp-config': file, server } = args;
  if (file === undefined && server === undefined) return undefined;
  if (file === undefined)
    throw new PlimsollError('--server goes with --mcp-config', EXIT.usage, { hint: '--mcp-config FILE --server NAME' });
  const servers = serversOf(file);
  const names = Object.keys(servers);
  if (server === undefined && names.length !== 1)
    throw new PlimsollError(`--mcp-config ${file} also needs --server`, EXIT.usage, {
      hint: `it has: ${names.join(', ') || 'no servers'}`,
    });
  const name = server ?? (names[0] as string);
  const entry = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (entry === undefined) {
    const guess = nearest(name, names);
    throw new PlimsollError(`${file}: found no server ${JSON.stringify(name)} under mcpServers`, EXIT.usage, {
      hint: `${guess === undefined ? '' : `did you mean ${JSON.stringify(guess)}? `}it has: ${names.join(', ') || 'no servers'}`,
    });
  }
  return serverOf(entry, `${file}: mcpServers.${name}`);
}

/** The same as overrides of a scenario (`--set`), in the place of its own target. */
export function setsOfConfiguredServer(server: ConfiguredServer): readonly string[] {
  const set = (key: string, value: unknown): string => `target.${key}=${JSON.stringify(value)}`;
  const away = (keys: readonly string[]): string[] => keys.map((key) => `target.${key}=null`);
  if (server.transport === 'stdio') {
    const { command, env, cwd } = server;
    return [
      ...away(['url', 'headers', 'server', 'auth', 'tls', 'env', 'cwd', 'command']),
      set('transport', 'stdio'),
      set('command', command),
      ...(Object.keys(env).length === 0 ? [] : [set('env', env)]),
      ...(cwd === undefined ? [] : [set('cwd', cwd)]),
    ];
  }
  return [
    ...away(['command', 'env', 'cwd', 'server', 'headers', 'url']),
    set('transport', server.transport),
    set('url', server.url),
    ...(Object.keys(server.headers).length === 0 ? [] : [set('headers', server.headers)]),
  ];
}

function serversOf(file: string): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new PlimsollError(`--mcp-config ${file}: ${found}`, EXIT.usage, {
      hint: 'accepted: the JSON file in which a client keeps its servers under mcpServers',
      cause,
    });
  }
  // VS Code calls the list `servers`.
  const list = isMap(data) ? (data.mcpServers ?? data.servers) : undefined;
  if (isMap(list)) return list;
  throw new PlimsollError(`--mcp-config ${file}: found no mcpServers`, EXIT.usage, {
    hint: 'accepted: { "mcpServers": { "NAME": { "command": "node", "args": ["server.js"] } } }',
  });
}

function serverOf(entry: unknown, place: string): ConfiguredServer {
  const refuse = (key: string, found: unknown, accepted: string): PlimsollError =>
    new PlimsollError(`${place}.${key}: found ${JSON.stringify(found) ?? 'nothing'}, accepted: ${accepted}`, EXIT.usage);
  if (!isMap(entry)) throw refuse('', entry, 'a map with command or url');
  const { command, args = [], env = {}, cwd, url, type, headers = {} } = entry;
  const texts = (key: string, value: unknown): Readonly<Record<string, string>> => {
    if (!isMap(value) || Object.values(value).some((text) => typeof text !== 'string'))
      throw refuse(key, '(not shown)', 'a map of names to texts');
    return Object.fromEntries(
      Object.entries(value as Record<string, string>).map(([name, text]) => [name, plainVariables(text)]),
    );
  };
  if (typeof command === 'string') {
    if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string')) throw refuse('args', args, 'a list of texts');
    if (cwd !== undefined && typeof cwd !== 'string') throw refuse('cwd', cwd, 'a folder');
    return {
      transport: 'stdio',
      command: [command, ...(args as string[])].map(plainVariables),
      env: texts('env', env),
      ...(cwd === undefined ? {} : { cwd }),
    };
  }
  if (typeof url !== 'string') throw refuse('command', command, 'a program, or a url instead');
  if (type !== undefined && !['http', 'sse', 'streamable-http', 'streamableHttp'].includes(String(type)))
    throw refuse('type', type, 'stdio (with command), http or sse');
  return { transport: type === 'sse' ? 'sse' : 'streamable-http', url: plainVariables(url), headers: texts('headers', headers) };
}

/** `${env:NAME}`, as some clients write it, is `${NAME}` here. */
const plainVariables = (text: string): string => text.replace(/\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, '$' + '{$1}');

/** Puts variables of the environment in, where no scenario does. @throws PlimsollError with exit code 2 for one that is not set. */
export function withVariables(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
    const value = env[name] ?? otherwise;
    if (value === undefined)
      throw new PlimsollError(`the environment has no ${name}, which the server of --mcp-config needs`, EXIT.usage);
    return value;
  });
}
