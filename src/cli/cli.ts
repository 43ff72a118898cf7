import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { packageVersion } from '../run/version.js';
import { nearest } from '../scenario/file/nearest.js';
import { commands } from './commands/index.js';
import type { Console } from './console.js';

const EPILOGUE = `Exit codes: 0 pass, 1 bug in plimsoll, 2 bad usage or scenario, 3 SLO missed, 4 worse than the baseline,
5 inconclusive or invalid run, 6 target, 7 fault engine, 8 this machine, 130/143 stopped by a signal.`;

/**
 * Parses the command line and runs the command.
 * @returns the exit code of the command; help and version are 0.
 * @throws PlimsollError for bad usage (exit code 2) and for whatever the command throws.
 */
export async function runCli(args: readonly string[], console: Console): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.pass;
  const names = commands.map(({ name }) => name);
  const [first] = args;
  if (first !== undefined && !first.startsWith('-') && !names.includes(first)) {
    throw wrongWord(`unknown command: ${first}`, nearest(first, names), `commands: ${names.join(', ')}`);
  }
  let parser: Argv = yargs()
    .scriptName('plimsoll')
    .usage('$0 COMMAND\n\nLoad testing and capacity planning for MCP servers.')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
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
    .example('$0 run scenarios/first-run.yaml', 'the first run: finds a slow database (exit code 3), writes a report')
    .example('$0 validate my.yaml', 'check a scenario and print its plan; no traffic')
    .example('$0 init http://127.0.0.1:3001/mcp', 'write a starter scenario for a server')
    .epilogue(EPILOGUE)
    .demandCommand(1, 'no command given')
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      // yargs passes on what a handler threw, without a message of its own.
      if (!message) throw error;
      throw usageError(message, args, commands.find(({ name }) => name === first)?.options ?? []);
    });
  for (const command of commands) {
    parser = command.addTo(parser, console, (code) => {
      exitCode = code;
    });
  }
  // Help and version come as a text: yargs would print them by itself.
  await parser.parseAsync([...args], {}, (_error, _parsed, output) => {
    if (output !== '') console.out(output.split('\n'));
  });
  return exitCode;
}

/** yargs' sentence about `args`, with the nearest known flag for one that it does not know. */
export function usageError(message: string, args: readonly string[], options: readonly string[]): PlimsollError {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  if (unknown === undefined) {
    return new PlimsollError(message.charAt(0).toLowerCase() + message.slice(1), 'usage', { hint: 'see --help' });
  }
  const flags = unknown.filter((word) => args.some((arg) => arg === `--${word}` || arg.startsWith(`--${word}=`)));
  const meant = flags.map((word) => nearest(word, [...options, 'help', 'version'])).find((name) => name !== undefined);
  const words = unknown.map((word) => (flags.includes(word) ? `--${word}` : word));
  return wrongWord(`unknown argument: ${words.join(', ')}`, meant && `--${meant}`, 'see --help for what the command takes');
}

function wrongWord(message: string, meant: string | undefined, otherwise: string): PlimsollError {
  return new PlimsollError(message, 'usage', { hint: meant ? `did you mean ${meant}?` : otherwise });
}
