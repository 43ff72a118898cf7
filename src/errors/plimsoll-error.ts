import { type Lines, plainLines } from '../text/one-line.js';
import type { ExitCode } from './exit-codes.js';

/**
 * An error meant for the user: what went wrong, what would mend it, and the exit code it stands for. Only the CLI prints it.
 * Message and hint are one line each, or lists of lines: text of a server within them can neither break a line nor drive a terminal.
 */
export class PlimsollError extends Error {
  override readonly name = 'PlimsollError';
  /** Lines are joined by line feeds: there are no others in them. */
  readonly details: { readonly hint?: string; readonly cause?: unknown };

  constructor(
    message: Lines,
    readonly exitCode: ExitCode,
    { hint, cause }: { readonly hint?: Lines; readonly cause?: unknown } = {},
  ) {
    super(plainLines(message).join('\n'), cause === undefined ? undefined : { cause });
    this.details = {
      ...(hint === undefined ? {} : { hint: plainLines(hint).join('\n') }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}
