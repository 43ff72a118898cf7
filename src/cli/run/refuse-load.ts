import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { hostsNotAllowed } from '../../scenario/hosts.js';
import type { Scenario } from '../../scenario/scenario.js';

/** @throws PlimsollError with exit code 2 for a host that nobody named. */
export function refuseHosts(scenario: Scenario, mayLoad: readonly string[]): void {
  const [host, ...more] = hostsNotAllowed(scenario, mayLoad);
  if (host === undefined) return;
  throw new PlimsollError(`no leave to load ${[host, ...more].join(', ')}: only this machine is loaded unasked`, EXIT.usage, {
    hint: `where you may, add ${host} to target.allow or give --yes-i-may-load ${host}`,
  });
}

/** @throws PlimsollError with exit code 7: faults are for a later version. */
export function refuseFaults({ faults }: Scenario): void {
  if (faults.length === 0) return;
  const what = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  throw new PlimsollError(
    `the scenario has ${what}: it needs the fault engine, which this version does not have yet`,
    EXIT.faultEngine,
    {
      hint: 'take `faults` out of the file to run it without; `plimsoll validate` checks them already',
    },
  );
}
