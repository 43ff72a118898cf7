import type { ExitCode } from './exit-codes.js';

/** An error meant for the user: what went wrong, what would mend it, and the exit code it stands for. Only the CLI prints it. */
export class PlimsollError extends Error {
  override readonly name = 'PlimsollError';

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    readonly details: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
  }
}
