import { PlimsollError } from '../errors/plimsoll-error.js';
import { hostsNotAllowed } from '../scenario/hosts.js';
import type { Scenario } from '../scenario/scenario.js';

/**
 * @param mayLoad hosts named on the command line; absent where there is none, as in a program
 * @throws PlimsollError (`HOST_NOT_ALLOWED`, exit code 2) for a host that nobody named.
 */
export function refuseHosts(scenario: Scenario, mayLoad?: readonly string[]): void {
  const [host, ...more] = hostsNotAllowed(scenario, mayLoad ?? []);
  if (host === undefined) return;
  const named = `where you may, add ${host} to target.allow`;
  throw new PlimsollError(
    `refusing to load ${[host, ...more].join(', ')}: only loopback targets are allowed by default`,
    'usage',
    { hint: mayLoad === undefined ? named : `${named} or give --yes-i-may-load ${host}`, code: 'HOST_NOT_ALLOWED' },
  );
}
