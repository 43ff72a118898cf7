import { type Lines, plainLines } from '../text/one-line.js';
import { type ErrorCode, errorCodeOf } from './error-code.js';
import type { ExitCode } from './exit-codes.js';
import type { Problem } from './problem.js';

/**
 * An error meant for the user: what went wrong, what would mend it, a stable `code`, and the exit code it stands for. Only the CLI prints it.
 * Message and hint are one line each, or lists of lines: text of a server within them can neither break a line nor drive a terminal.
 */
export class PlimsollError extends Error {
  override readonly name = 'PlimsollError';
  /** Stable name for programs, for instance `SCENARIO`, `BUSY` or `TARGET`. */
  readonly code: ErrorCode;
  /** Lines are joined by line feeds: there are no others in them. */
  readonly details: { readonly hint?: string; readonly cause?: unknown };
  /** Everything that is wrong with a scenario; only with the code `SCENARIO`. */
  declare readonly problems?: readonly Problem[];

  constructor(
    message: Lines,
    /** What the command line would end with. */
    readonly exitCode: ExitCode,
    { hint, cause, code }: { readonly hint?: Lines; readonly cause?: unknown; readonly code?: ErrorCode } = {},
  ) {
    super(plainLines(message).join('\n'), cause === undefined ? undefined : { cause });
    this.code = code ?? errorCodeOf(exitCode);
    this.details = {
      ...(hint === undefined ? {} : { hint: plainLines(hint).join('\n') }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}
