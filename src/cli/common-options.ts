import type { Options } from 'yargs';

/** A flag that may be given again; each takes one value, so that it never swallows a positional. */
export const repeatable = { type: 'string', array: true, nargs: 1, requiresArg: true } as const satisfies Options;

/** A flag with one value. Given twice, one of the two would silently win: refused instead. */
export const once = { type: 'string', requiresArg: true, coerce: onlyOne } as const satisfies Options;

function onlyOne(value: unknown): string | undefined {
  if (Array.isArray(value)) throw new Error(`given more than once: ${value.join(', ')}`);
  return value === undefined ? undefined : String(value);
}

/** What every command takes. */
export const outputOptions = {
  json: { type: 'boolean', describe: 'The result as JSON on stdout, everything else on stderr' },
  quiet: { type: 'boolean', describe: 'No progress; only the result and problems' },
  'no-color': { type: 'boolean', describe: 'No colours' },
} as const satisfies Record<string, Options>;

/** How a command finds its server in the settings of a client. */
export const mcpConfigOptions = {
  'mcp-config': { ...once, describe: "A client's settings file: one of its servers is the target" },
  server: { ...once, describe: 'With --mcp-config: the name of the server' },
} as const satisfies Record<string, Options>;

/** What every command takes that reads a scenario. */
export const scenarioOptions = {
  set: { ...repeatable, describe: 'Override a value of the scenario: path=value (repeatable)' },
  env: { ...once, describe: 'Apply the overlay <scenario>.NAME.yaml' },
  ...mcpConfigOptions,
} as const satisfies Record<string, Options>;

/** What every command takes that makes load. */
export const loadOptions = {
  'yes-i-may-load': { ...repeatable, describe: 'Another host that you may load-test (repeatable)' },
} as const satisfies Record<string, Options>;

/** What every command takes that may end in doubt. */
export const doubtOptions = {
  'on-doubt': {
    ...once,
    describe: 'What a run in doubt (too noisy to judge) ends with: fail (exit code 5, the default) or warn (0)',
  },
} as const satisfies Record<string, Options>;

/** What every command takes that waits for a quiet machine before it makes load. */
export const quietOptions = {
  'wait-quiet': { ...once, describe: 'Longest wait for a quiet machine before the load; default 10s, 0: none' },
} as const satisfies Record<string, Options>;
