import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { ServerProcess } from './server-process.js';

/** What a target's error comes from when its server is gone: that. */
export async function causeOf(error: unknown, child: ServerProcess | undefined, stage: string | undefined): Promise<unknown> {
  if (child === undefined || stage === undefined) return error;
  if (!(error instanceof PlimsollError) || error.exitCode !== EXIT.target) return error;
  // Its sockets close a moment before we hear of its end.
  const sentence = await Promise.race([child.exited, wait(child.gone ? 1000 : 300, undefined, { ref: false })]);
  return sentence === undefined ? error : new PlimsollError(`${sentence}, ${stage}`, 'target', { cause: error });
}

/** The same error without secrets in its words. */
export function redacted(error: PlimsollError, redact: (text: string) => string): PlimsollError {
  const { hint, cause } = error.details;
  const hidden = (text: string): readonly string[] => redact(text).split('\n');
  return new PlimsollError(hidden(error.message), error.exitCode, { hint: hint === undefined ? hint : hidden(hint), cause });
}
