import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { ExitCode } from '../errors/exit-codes.js';
import { type Console, processConsole } from './console.js';

/** One command of the CLI. The file that holds it imports types only: what the command needs is imported when it runs, so that `--help` is quick. */
export interface Command<T> {
  /** Name and positionals as yargs writes them: `run <scenario>`. */
  readonly usage: string;
  readonly describe: string;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  options(parser: Argv): Argv<T>;
  run(args: ArgumentsCamelCase<T>, console: Console): Promise<ExitCode>;
}

/** A command without its argument types, as the list of all commands holds it. */
export interface CommandEntry {
  readonly name: string;
  /** Adds the command to the parser. `done` gets its exit code. */
  addTo(parser: Argv, done: (code: ExitCode) => void): Argv;
}

export function entry<T>(command: Command<T>): CommandEntry {
  return {
    name: command.usage.split(' ')[0] as string,
    addTo: (parser, done) =>
      parser.command<T>({
        command: command.usage,
        describe: command.describe,
        builder: (own: Argv) => {
          const built = command.options(own);
          for (const [line, text] of command.examples) built.example(line, text);
          return built;
        },
        handler: async (args) => {
          done(await command.run(args, processConsole({ noColor: args.noColor === true })));
        },
      }),
  };
}
