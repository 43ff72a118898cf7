import { type Lines, plainLines } from '../text/one-line.js';
import { type ErrorCode, errorCodeOf } from './error-code.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Problem } from './problem.js';

/**
 * An error meant for the user: what went wrong, what would mend it, a stable `code`, and the exit code it stands for. Only the CLI prints it.
 * Message and hint are one line each, or lists of lines: text of a server within them can neither break a line nor drive a terminal.
 */
export class PlimsollError extends Error {
  override readonly name = 'PlimsollError';
  /** What the command line would end with. */
  readonly exitCode: ExitCode;
  /** Stable name for programs, for instance `SCENARIO`, `BUSY` or `TARGET`. */
  readonly code: ErrorCode;
  /** Lines are joined by line feeds: there are no others in them. */
  readonly details: { readonly hint?: string; readonly cause?: unknown };
  /** Everything that is wrong with a scenario; only with the code `SCENARIO`. */
  declare readonly problems?: readonly Problem[];

  constructor(
    message: Lines,
    /** The exit code, or its name in `EXIT`. */
    exit: ExitCode | keyof typeof EXIT,
    { hint, cause, code }: { hint?: Lines | undefined; cause?: unknown; code?: ErrorCode | undefined } = {},
  ) {
    super(plainLines(message).join('\n'), cause === undefined ? undefined : { cause });
    this.exitCode = typeof exit === 'number' ? exit : EXIT[exit];
    this.code = code ?? errorCodeOf(this.exitCode);
    this.details = {
      ...(hint === undefined ? {} : { hint: plainLines(hint).join('\n') }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}
