import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, resolve, sep } from 'node:path';
import { parseEnv } from 'node:util';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { nearest } from '../scenario/file/nearest.js';
import { decodeText } from '../text/decode-text.js';
import { nameList } from '../text/name-list.js';
import { serversOfSettings } from './client-settings.js';
import type { Console } from './console.js';

/** One server of a client's settings, as far as it says how to reach it. */
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

/**
 * The server that `--mcp-config FILE --server NAME` names; undefined when neither is given.
 * @param console is told of keys that are not used
 * @throws PlimsollError with exit code 2.
 */
export function configuredServer(args: McpConfigArguments, { err }: Pick<Console, 'err'>): ConfiguredServer | undefined {
  const { 'mcp-config': file, server } = args;
  if (file === undefined && server === undefined) return undefined;
  if (file === undefined)
    throw new PlimsollError('--server goes with --mcp-config', 'usage', { hint: '--mcp-config FILE --server NAME' });
  const servers = serversOfSettings(file);
  const names = [...servers.keys()];
  if (server === undefined && names.length !== 1)
    throw new PlimsollError(`--mcp-config ${file} also needs --server`, 'usage', {
      hint: `it has: ${nameList(names) || 'no servers'}`,
    });
  const name = server ?? (names[0] as string);
  const entry = servers.get(name);
  if (entry === undefined) {
    const guess = nearest(name, names);
    throw new PlimsollError(`${file}: found no server ${JSON.stringify(name)}`, 'usage', {
      hint: `${guess === undefined ? '' : `did you mean ${JSON.stringify(guess)}? `}it has: ${nameList(names) || 'no servers'}`,
    });
  }
  return serverOf(entry.value, `${file}: ${entry.place}`, file, err);
}

/** The same as overrides of a scenario (`--set`), in the place of its own target. */
export function setsOfConfiguredServer(server: ConfiguredServer): readonly string[] {
  const set = (key: string, value: unknown): string => `target.${key}=${JSON.stringify(value)}`;
  const away = (keys: readonly string[]): string[] => keys.map((key) => `target.${key}=null`);
  if (server.transport === 'stdio') {
    const { command, env, cwd } = server;
    return [
      ...away(['url', 'headers', 'idleTimeout', 'server', 'auth', 'tls', 'env', 'cwd', 'command']),
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

/** Keys that say how a client treats a server, not how it reaches it. */
const CLIENTS_OWN: readonly string[] = [
  ...['disabled', 'enabled', 'autoApprove', 'alwaysAllow', 'trust', 'source', 'gallery', 'version', 'dev', 'tools'],
  ...['disabledTools', 'enabledTools', 'includeTools', 'excludeTools', 'timeout', 'initTimeout', 'startupTimeout'],
  ...['name', 'title', 'displayName', 'description', 'icon', 'icons', 'settings', '$schema', 'comment', '//'],
];
const OF_A_COMMAND = ['command', 'args', 'env', 'envFile', 'cwd'];
const URLS = ['url', 'httpUrl', 'serverUrl'] as const;
const OF_A_URL = [...URLS, 'headers'];
const TRANSPORTS: Readonly<Record<string, ConfiguredServer['transport']>> = {
  stdio: 'stdio',
  http: 'streamable-http',
  streamablehttp: 'streamable-http',
  sse: 'sse',
};

function serverOf(written: unknown, place: string, file: string, tell: (text: string) => void): ConfiguredServer {
  const refuse = (key: string, found: unknown, accepted: string, hint?: string): PlimsollError =>
    new PlimsollError(
      `${place}${key === '' ? '' : `.${key}`}: found ${typeof found === 'string' && found.startsWith('(') ? found : (JSON.stringify(found) ?? 'nothing')}, accepted: ${accepted}`,
      'usage',
      { hint },
    );
  if (!isMap(written)) throw refuse('', written, 'a map with command or url');
  const entry = unnested(written);
  const url = URLS.filter((key) => entry[key] !== undefined);
  const given = [...(entry.command === undefined ? [] : ['command']), ...url];
  if (given.length > 1) throw refuse(given[1] as string, `(next to ${given[0]})`, 'one of command, url, httpUrl, serverUrl');
  const [by] = given;
  if (by === undefined) throw refuse('command', undefined, 'a program, or a url instead');
  const transport = transportOf(entry, by, refuse);
  const used = ['type', 'transport', ...(by === 'command' ? OF_A_COMMAND : OF_A_URL)];
  const others = Object.keys(entry).filter((key) => !used.includes(key));
  for (const key of others) {
    if (CLIENTS_OWN.includes(key)) continue;
    const known = [...used, ...CLIENTS_OWN];
    const guess = nearest(key, known);
    const misplaced = [...OF_A_COMMAND, ...OF_A_URL].includes(key);
    throw new PlimsollError(
      `${place}.${key}: found ${misplaced ? `a key that does not go with ${by}` : 'a key that is not read'}, accepted: ${used.join(', ')}`,
      'usage',
      {
        hint:
          guess === undefined || misplaced
            ? 'it may change how the server is reached: take it out, or write the target into a scenario'
            : `did you mean ${JSON.stringify(guess)}?`,
      },
    );
  }
  if (others.length > 0) tell(`${place}: not used here, they are for the client alone: ${others.join(', ')}`);

  const plain = (key: string, text: string): string => {
    const known = withPlaces(text, file);
    const asked = /\$\{(?!env:)[A-Za-z]+:(?!-)[^}]*\}/.exec(known)?.[0];
    if (asked !== undefined && !asked.startsWith('${secret:'))
      throw refuse(
        key,
        `(${asked})`,
        'a value, ${NAME} or ${env:NAME}',
        'only the client can fill that in: put the value into the environment',
      );
    return plainVariables(known);
  };
  const texts = (key: string, value: unknown): Readonly<Record<string, string>> => {
    if (!isMap(value)) throw refuse(key, '(not shown)', 'a map of names to texts');
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) => {
        // A number is taken as it stands in the file: that of a port, say.
        if (typeof text !== 'string' && typeof text !== 'number')
          throw refuse(`${key}.${name}`, '(not shown)', 'a text or a number');
        return [name, plain(`${key}.${name}`, String(text))];
      }),
    );
  };
  if (by === 'command') {
    const { command, args = [], env = {}, envFile, cwd } = entry;
    if (typeof command !== 'string' || command === '') throw refuse('command', command, 'a program');
    if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string')) throw refuse('args', args, 'a list of texts');
    if (cwd !== undefined && typeof cwd !== 'string') throw refuse('cwd', cwd, 'a folder');
    if (envFile !== undefined && typeof envFile !== 'string') throw refuse('envFile', envFile, 'a file');
    return {
      transport: 'stdio',
      command: [command, ...(args as string[])].map((text, index) => plain(index === 0 ? 'command' : `args.${index - 1}`, text)),
      env: { ...(envFile === undefined ? {} : variablesOf(envFile, file, `${place}.envFile`)), ...texts('env', env) },
      ...(cwd === undefined ? {} : { cwd: plain('cwd', cwd) }),
    };
  }
  const address = entry[by];
  if (typeof address !== 'string' || !/^(https?:|\$\{)/i.test(address)) throw refuse(by, address, 'a URL of http or https');
  const headers = texts('headers', entry.headers ?? {});
  // As clients guess it that are not told.
  const guessed = by !== 'httpUrl' && /\/sse\/?(?:[?#]|$)/i.test(address) ? 'sse' : 'streamable-http';
  return {
    transport: transport === 'sse' || transport === 'streamable-http' ? transport : guessed,
    url: plain(by, address),
    headers,
  };
}

/** Zed has written program, arguments and environment as one map under `command`. */
function unnested(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { command, ...others } = entry;
  if (!isMap(command)) return entry;
  const { path, ...rest } = command;
  return { ...others, ...rest, command: path };
}

/** What `type` or `transport` says, however it is written; undefined where neither does. */
function transportOf(
  entry: Readonly<Record<string, unknown>>,
  by: string,
  refuse: (key: string, found: unknown, accepted: string) => PlimsollError,
): ConfiguredServer['transport'] | undefined {
  const accepted = by === 'command' ? 'stdio, as command is given' : by === 'httpUrl' ? 'http' : 'http (Streamable HTTP) or sse';
  let transport: ConfiguredServer['transport'] | undefined;
  for (const key of ['type', 'transport'] as const) {
    const word = entry[key];
    if (word === undefined) continue;
    const read = typeof word === 'string' ? TRANSPORTS[word.toLowerCase().replace(/[-_ ]/g, '')] : undefined;
    const fits =
      by === 'command'
        ? read === 'stdio'
        : by === 'httpUrl'
          ? read === 'streamable-http'
          : read !== undefined && read !== 'stdio';
    if (!fits || (transport !== undefined && transport !== read)) throw refuse(key, word, accepted);
    transport = read;
  }
  return transport;
}

/** The folder that a client has open: that of the file, or the one that holds its `.vscode` or the like. */
function workspaceOf(file: string): string {
  const folder = dirname(resolve(file));
  return /^\.[a-z]+$/.test(basename(folder)) ? dirname(folder) : folder;
}

const withPlaces = (text: string, file: string): string =>
  text
    .replaceAll('${workspaceFolder}', () => workspaceOf(file))
    .replaceAll('${userHome}', () => homedir())
    .replace(/\$\{(?:pathSeparator|\/)\}/g, sep);

/** The variables of an `envFile`, as they stand there: a `${` of a value is none of ours. */
function variablesOf(envFile: string, file: string, place: string): Readonly<Record<string, string>> {
  const path = resolve(workspaceOf(file), withPlaces(envFile, file));
  try {
    const read = parseEnv(decodeText(readFileSync(path)).replace(/^\uFEFF/, ''));
    return Object.fromEntries(Object.entries(read).map(([name, text = '']) => [name, text.split('${').join('$${')]));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new PlimsollError(
      `${place}: found ${JSON.stringify(envFile)} (${path}: ${found}), accepted: a file of NAME=VALUE lines`,
      'usage',
      {
        cause,
      },
    );
  }
}

/** `${env:NAME}`, as some clients write it, is `${NAME}` here. */
const plainVariables = (text: string): string => text.replace(/\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, '$' + '{$1}');

/** Puts variables of the environment in, where no scenario does; `$${` is a literal `${`. @throws PlimsollError with exit code 2 for one that is not set. */
export function withVariables(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (found, name?: string, otherwise?: string) => {
    if (name === undefined) return found.slice(1);
    const value = env[name] ?? otherwise;
    if (value === undefined)
      throw new PlimsollError(`the environment has no ${name}, which the server of --mcp-config needs`, 'usage');
    return value;
  });
}
