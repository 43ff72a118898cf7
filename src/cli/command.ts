import type { Argv, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { ExitCode } from '../errors/exit-codes.js';
import type { Console } from './console.js';

type OptionTable = Readonly<Record<string, Options>>;
type PositionalTable = Readonly<Record<string, PositionalOptions>>;

/** Arguments of a command, typed by its tables. What stands behind `--` is in `--`. */
export type CommandArguments<O extends OptionTable, P extends PositionalTable> = InferredOptionTypes<O> &
  InferredOptionTypes<P> & { readonly '--'?: readonly string[] };

/** One command of the CLI. The file that holds it imports types only: what the command needs is imported when it runs, so that `--help` is quick. */
export interface Command<O extends OptionTable, P extends PositionalTable> {
  /** Name and positionals as yargs writes them: `run <scenario>`. */
  readonly usage: string;
  readonly describe: string;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  readonly options: O;
  readonly positionals: P;
  run(args: CommandArguments<O, P>, console: Console): Promise<ExitCode>;
}

/** A command without its argument types, as the list of all commands holds it. */
export interface CommandEntry {
  readonly name: string;
  /** Names of its options without the dashes. */
  readonly options: readonly string[];
  /** Adds the command to the parser. It prints to `console`; `done` gets its exit code. */
  addTo(parser: Argv, console: Console, done: (code: ExitCode) => void): Argv;
}

/** Lets the compiler derive the argument types of a command from its tables. */
export function command<O extends OptionTable, P extends PositionalTable>(definition: Command<O, P>): CommandEntry {
  return {
    name: definition.usage.split(' ')[0] as string,
    options: Object.keys(definition.options),
    addTo: (parser, console, done) =>
      parser.command({
        command: definition.usage,
        describe: definition.describe,
        builder: (own: Argv) => {
          let built: Argv = own.options(definition.options);
          for (const [name, positional] of Object.entries(definition.positionals)) built = built.positional(name, positional);
          for (const [line, text] of definition.examples) built = built.example(line, text);
          return built;
        },
        handler: async (args) => {
          done(await definition.run(args as unknown as CommandArguments<O, P>, console));
        },
      }),
  };
}

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
