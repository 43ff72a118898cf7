import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { knownError } from '../errors/known-error.js';
import { packageVersion } from '../run/version.js';
import { compact } from '../scenario/file/compact.js';
import { ScenarioProblems } from '../scenario/file/problem.js';
import type { Console } from './console.js';

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
      error: compact({ exitCode, message, hint, problems }),
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
  const known = knownError(error);
  if (known !== undefined) return { exitCode: known.exitCode, message: known.message, hint: known.details.hint };
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // The message is told once, in a line of its own: of the stack only where it happened.
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  return {
    exitCode: EXIT.internalError,
    message: `this is a bug in plimsoll ${packageVersion()} (Node ${process.version})`,
    stack: [said, ...frames],
  };
}
