import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { commands } from './commands/index.js';
import { nearest } from './nearest.js';
import { packageVersion } from './version.js';

const EPILOGUE = `Exit codes: 0 pass, 1 bug in plimsoll, 2 bad usage or scenario, 3 SLO missed, 4 worse than the baseline,
5 inconclusive or invalid run, 6 target, 7 fault engine, 8 this machine, 130/143 stopped by a signal.`;

/**
 * Parses the command line and runs the command.
 * @returns the exit code of the command; help and version are 0.
 * @throws PlimsollError for bad usage (exit code 2) and for whatever the command throws.
 */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.pass;
  const names = commands.map(({ name }) => name);
  let parser: Argv = yargs([...args])
    .scriptName('plimsoll')
    .usage('$0 COMMAND\n\nLoad testing for MCP servers: honest clocks, defensible numbers.')
    .parserConfiguration({
      'boolean-negation': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
    })
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .wrap(Math.min(process.stdout.columns ?? 100, 120))
    .locale('en')
    .example('$0 run scenarios/first-run.yaml', 'drive the load of a scenario, judge it, write a report')
    .example('$0 validate my.yaml', 'check a scenario and print its plan; no traffic')
    .example('$0 init http://127.0.0.1:3001/mcp', 'write a starter scenario for a server')
    .epilogue(EPILOGUE)
    .demandCommand(1, 'no command given')
    .strict()
    .exitProcess(false)
    .fail((message, error, failed) => {
      if (error instanceof Error && error.name !== 'YError' && !message) throw error;
      throw usageError(message || error.message, knownOptions(failed), names);
    });
  for (const command of commands) {
    parser = command.addTo(parser, (code) => {
      exitCode = code;
    });
  }
  await parser.parseAsync();
  return exitCode;
}

/** Options that the command which failed knows. @types/yargs leaves `getOptions` out of its types. */
function knownOptions(parser: Argv): readonly string[] {
  const options = (parser as unknown as { getOptions(): { readonly key: Readonly<Record<string, unknown>> } }).getOptions();
  return Object.keys(options.key).filter((name) => name.length > 1);
}

/** yargs' sentence, with the nearest known names for those that it does not know. */
export function usageError(message: string, options: readonly string[], names: readonly string[]): PlimsollError {
  const unknownCommand = /^Unknown commands?: (.*)$/.exec(message);
  if (unknownCommand) {
    const word = unknownCommand[1]?.split(', ')[0] ?? '';
    return wrongWord(`unknown command: ${word}`, nearest(word, names), `commands: ${names.join(', ')}`);
  }
  const unknownFlag = /^Unknown arguments?: (.*)$/.exec(message);
  if (unknownFlag) {
    const words = [...new Set((unknownFlag[1] ?? '').split(', ').map(kebab))];
    const meant = words.map((word) => nearest(word, options)).find((name) => name !== undefined);
    const flags = words.map((word) => (options.length > 0 && /^[\w-]+$/.test(word) ? `--${word}` : word));
    return wrongWord(`unknown argument: ${flags.join(', ')}`, meant && `--${meant}`, 'see --help for what the command takes');
  }
  return new PlimsollError(message.charAt(0).toLowerCase() + message.slice(1), EXIT.usage, { hint: 'see --help' });
}

function wrongWord(message: string, meant: string | undefined, otherwise: string): PlimsollError {
  return new PlimsollError(message, EXIT.usage, { hint: meant ? `did you mean ${meant}?` : otherwise });
}

function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
