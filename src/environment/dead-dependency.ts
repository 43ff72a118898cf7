import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import type { Scenario } from '../scenario/scenario.js';
import { isNearby } from './proxied-dependencies.js';
import { refuseDeadUpstreams } from './proxied-paths.js';

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
