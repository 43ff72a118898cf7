import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { machineTrouble } from '../errors/machine-trouble.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { ScenarioProblems } from '../scenario/file/problem.js';
import type { Console } from './console.js';
import { packageVersion } from './version.js';

/**
 * Says what went wrong: on stderr, and with `json` on stdout too, for whoever parses that.
 * @returns the exit code that it stands for.
 */
export function reportFailure(error: unknown, console: Console, options: { readonly json?: boolean } = {}): ExitCode {
  const failure = failureOf(error);
  const [first = '', ...more] = failure.message.split('\n');
  console.err([`plimsoll: ${first}`, ...more, ...(failure.stack ?? [])]);
  if (failure.hint !== undefined) {
    const [hint = '', ...rest] = failure.hint.split('\n');
    console.err([`  hint: ${hint}`, ...rest]);
  }
  if (options.json === true) {
    const { exitCode, message, hint } = failure;
    const problems =
      error instanceof ScenarioProblems ? error.problems.map(({ place, ...problem }) => ({ ...place, ...problem })) : undefined;
    console.json({
      error: { exitCode, message, ...(hint === undefined ? {} : { hint }), ...(problems === undefined ? {} : { problems }) },
    });
  }
  return failure.exitCode;
}

/** Message and hint hold no line feeds but ours. */
interface Failure {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Of a bug in plimsoll. */
  readonly stack?: readonly string[];
}

function failureOf(error: unknown): Failure {
  if (error instanceof PlimsollError) return { exitCode: error.exitCode, message: error.message, hint: error.details.hint };
  const machine = machineTrouble(error);
  if (machine !== undefined) return { exitCode: EXIT.machine, message: flat(machine) };
  const missing = missingFile(error);
  if (missing !== undefined) return { exitCode: EXIT.usage, message: flat(missing) };
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // The message is told once, in a line of its own: of the stack only where it happened.
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return {
    exitCode: EXIT.internalError,
    message: `this is a bug in plimsoll ${packageVersion()} (Node ${process.version})`,
    stack: [said, ...frames],
  };
}

const flat = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

const WRONG_PATH: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'a folder where a file is expected',
  EEXIST: 'there is something of that name already',
  ENOTEMPTY: 'the folder is not empty',
  ENAMETOOLONG: 'the name is too long for this file system',
  ELOOP: 'links that lead to one another',
};

/** A path that somebody named and that is none. */
function missingFile(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const text = code === undefined || path === undefined || syscall === undefined ? undefined : WRONG_PATH[code];
  return text === undefined ? undefined : `${text}: ${path}`;
}
