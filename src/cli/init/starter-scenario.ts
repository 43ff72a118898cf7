import type { EndpointDescription, ToolDescription } from '../../mcp/driver.js';
import type { InitTarget } from './list-tools.js';
import { chooseTools, type ToolChoice } from './tool-choice.js';

export interface StarterScenario {
  readonly text: string;
  readonly name: string;
  readonly active: readonly string[];
  readonly leftOut: readonly { readonly tool: string; readonly why: string }[];
  /** Arguments of active calls that are made up, as `tool (argument)`. */
  readonly madeUp: readonly string[];
}

/** Why a file has no active call, and what to do. */
export function nothingActive(tools: number, tried: boolean): string {
  if (tools === 0) return 'the server lists no tool: write your calls into the file';
  const why = tried ? 'no call of a read-only tool succeeded' : 'no tool is safe to call without a look at it first';
  return `${why}: uncomment a call that you allow; until then \`plimsoll run\` refuses the file`;
}

/** A commented scenario for a server as it described itself. Nothing of the server's text can leave its comment or its quotes. */
export function starterScenario(
  endpoint: EndpointDescription,
  options: {
    readonly host?: string;
    readonly target?: InitTarget;
    /** What became of each tool; absent: by its own words alone. */
    readonly choices?: readonly ToolChoice[];
    /** The active calls were made once. */
    readonly tried?: boolean;
  },
): StarterScenario {
  const { choices = chooseTools(endpoint.tools), tried = false } = options;
  const active = choices.filter(({ leftOut }) => leftOut === undefined);
  const name = slug(endpoint.serverName ?? 'starter');
  const about = [endpoint.serverName, endpoint.serverVersion].filter(Boolean).join(' ') || 'a server without a name';
  const lines = [
    `# Written by plimsoll init for ${oneLine(about)}, protocol ${oneLine(endpoint.protocolVersion)} (${endpoint.era}).`,
    tried
      ? '# The active calls below were made once, and answered. `plimsoll run` makes each of them once more, then under load.'
      : '# Nothing was called. Look at the calls below before you run it: `plimsoll run` calls each of them once, then under load.',
    '# plimsoll validate FILE    checks this file and prints its plan',
    '# plimsoll run FILE         drives the load and writes a report',
    'plimsoll: 1',
    `name: ${name}`,
    'target:',
    ...targetLines(endpoint, options.target),
    ...(options.host === undefined
      ? []
      : [`  allow: [${JSON.stringify(options.host)}]   # not on this machine: loading it is your decision`]),
    ...(options.target?.transport === 'stdio' ? [] : ['  # headers: { authorization: "Bearer $' + '{secret:MCP_TOKEN}" }']),
    '  # health: { live: URL, ready: URL, every: 1s }',
    '  # metrics: URL of a Prometheus page',
    'sessions: { count: 5 }',
    'load:',
    '  seed: 1',
    '  arrivals: poisson        # calls come at random moments, as from many independent users',
    '  timeout: 5s',
    '  phases:',
    '    - { name: warm-up, rate: 5/s, for: 5s, warmUp: true }   # listed separately, never judged',
    '    - { name: steady, rate: 10/s, for: 30s }                # raise it to the traffic that you expect',
    ...(active.length > 0 ? [] : [`# ${capital(nothingActive(choices.length, tried))}.`]),
    'calls:',
    ...choices.flatMap(callLines),
    'slo: { success: 99%, p95: 400ms }',
  ];
  return {
    text: `${lines.join('\n')}\n`,
    name,
    active: active.map(({ tool }) => tool.name),
    madeUp: active.flatMap(({ tool, madeUp }) => (madeUp.length === 0 ? [] : [`${tool.name} (${madeUp.join(', ')})`])),
    leftOut: [
      ...choices.flatMap(({ tool, leftOut }) => (leftOut === undefined ? [] : [{ tool: tool.name, why: leftOut }])),
      ...(endpoint.leftOut ?? []).map(({ name: tool, reason }) => ({ tool, why: reason })),
    ],
  };
}

/** Values of environment and headers are never copied: they stand for variables of their names. */
function targetLines(endpoint: EndpointDescription, target: InitTarget | undefined): readonly string[] {
  const secret = (name: string): string => `$\{secret:${name.replace(/[^A-Za-z0-9_]/g, '_').toUpperCase()}}`;
  const map = (names: readonly string[]): string => flow(Object.fromEntries(names.map((name) => [name, secret(name)])));
  if (target?.transport === 'stdio') {
    const names = Object.keys(target.env);
    return [
      '  transport: stdio',
      `  command: ${flow(target.command)}`,
      ...(names.length === 0 ? [] : [`  env: ${map(names)}   # set these variables before a run`]),
      ...(target.cwd === undefined ? [] : [`  cwd: ${JSON.stringify(target.cwd)}`]),
    ];
  }
  const names = Object.keys(target?.headers ?? {});
  return [
    `  url: ${JSON.stringify(endpoint.endpoint)}`,
    ...(target?.transport === 'sse' ? ['  transport: sse'] : []),
    ...(names.length === 0 ? [] : [`  headers: ${map(names)}   # set these variables before a run`]),
  ];
}

function callLines({ tool, arguments: args, madeUp, leftOut, remark }: ToolChoice): readonly string[] {
  const call = `- { tool: ${JSON.stringify(tool.name)}, weight: 1, arguments: ${flow(args)} }`;
  const lines = [
    ...(tool.description === undefined ? [] : [`  # ${oneLine(tool.description)}`]),
    ...optionalLines(tool),
    ...(madeUp.length === 0 ? [] : [`  # Made up: ${oneLine(madeUp.join(', '))}. Replace them with real values.`]),
    ...(remark === undefined ? [] : [`  # Note: ${oneLine(remark)}.`]),
  ];
  if (leftOut === undefined) return [...lines, `  ${call}`];
  return [...lines, `  # Left out: ${oneLine(leftOut)}.`, `  # ${call}`];
}

/** Names of arguments that the tool takes beside the required ones. */
function optionalLines({ inputSchema }: ToolDescription): readonly string[] {
  const properties = inputSchema.properties;
  if (typeof properties !== 'object' || properties === null) return [];
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : [];
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  return optional.length === 0 ? [] : [`  # Also takes: ${oneLine(optional.join(', '))}`];
}

/** JSON is YAML; a space after each colon and comma makes it readable, and quotes stay. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return escapeUnicode(JSON.stringify(value ?? null));
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, item]) => `${flowKey(key)}: ${flow(item)}`).join(', ')} }`;
}

/** Plain where YAML cannot take the name for a value of another type. */
function flowKey(key: string): string {
  const plain = /^[a-z][\w-]*$/i.test(key) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(key);
  return plain ? key : escapeUnicode(JSON.stringify(key));
}

/** YAML takes some characters for line ends that JSON leaves as they are. */
function escapeUnicode(text: string): string {
  return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Server text for a comment: one line, no control characters, not endless. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g, ' ').trim();
  return clean.length > 160 ? `${clean.slice(0, 157)}...` : clean;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function slug(text: string): string {
  const clean = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return clean === '' ? 'starter' : clean;
}
