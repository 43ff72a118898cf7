import { setTimeout as wait } from 'node:timers/promises';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import type { Scenario } from '../scenario/scenario.js';
import { isNearby } from './proxied-dependencies.js';
import { refuseDeadUpstreams } from './proxied-paths.js';
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

/**
 * A server that does not come up may only be waiting for a dependency that is down: then that is what has to be said.
 * @returns undefined where its dependencies can be reached, or could not be asked
 */
export async function deadDependency(
  error: unknown,
  scenario: Scenario,
  agent: FaultAgent | undefined,
): Promise<PlimsollError | undefined> {
  if (agent === undefined || !isNearby(agent)) return undefined;
  if (!(error instanceof PlimsollError) || error.exitCode !== EXIT.target) return undefined;
  try {
    await refuseDeadUpstreams(scenario);
    return undefined;
  } catch (dead) {
    if (!(dead instanceof PlimsollError)) return undefined;
    const { hint } = dead.details;
    const text = `${dead.message}; and ${error.message}`;
    return new PlimsollError(text, 'faultEngine', { hint, cause: error });
  }
}
