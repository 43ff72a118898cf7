import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { hostsNotAllowed } from '../../scenario/hosts.js';
import type { Scenario } from '../../scenario/scenario.js';

/**
 * What stops a run before anything is started.
 * @throws PlimsollError: 2 for a host that nobody named, 7 for faults.
 */
export function refuseLoad(scenario: Scenario, mayLoad: readonly string[]): void {
  const [host, ...more] = hostsNotAllowed(scenario, mayLoad);
  if (host !== undefined) {
    throw new PlimsollError(`no leave to load ${[host, ...more].join(', ')}: only this machine is loaded unasked`, EXIT.usage, {
      hint: `where you may, add ${host} to target.allow or give --yes-i-may-load ${host}`,
    });
  }
  if (scenario.faults.length > 0) {
    throw new PlimsollError(
      `the scenario has ${scenario.faults.length === 1 ? 'a fault' : `${scenario.faults.length} faults`}: it needs the fault engine, which this version does not have yet`,
      EXIT.faultEngine,
      { hint: 'take `faults` out of the file to run it without; `plimsoll validate` checks them already' },
    );
  }
}
