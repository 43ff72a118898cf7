import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { hostsNotAllowed } from '../scenario/hosts.js';
import type { Scenario } from '../scenario/scenario.js';

/** @throws PlimsollError with exit code 2 for a host that nobody named. */
export function refuseHosts(scenario: Scenario, mayLoad: readonly string[]): void {
  const [host, ...more] = hostsNotAllowed(scenario, mayLoad);
  if (host === undefined) return;
  throw new PlimsollError(
    `refusing to load ${[host, ...more].join(', ')}: only loopback targets are allowed by default`,
    EXIT.usage,
    { hint: `where you may, add ${host} to target.allow or give --yes-i-may-load ${host}` },
  );
}
