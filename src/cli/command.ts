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
