import type { Environment } from '../../environment/environment.js';
import { isLoopbackHost } from '../../scenario/hosts.js';
import type { Scenario } from '../../scenario/scenario.js';
import { listenersOn } from '../../signals/local-listeners.js';

/**
 * Processes that have a part in a run: plimsoll with all that it started, the server under test, and whatever of this machine listens where
 * the scenario says that the server or a dependency is.
 */
export function runProcesses({ target, dependencies }: Scenario, environment: Pick<Environment, 'pid'>): readonly number[] {
  const addresses = [...target.urls.map(addressOf), ...Object.values(dependencies).map(({ upstream }) => upstream)];
  const ports = addresses.flatMap((address) => localPort(address) ?? []);
  const { pid } = environment;
  return [process.pid, ...(pid === undefined ? [] : [pid]), ...listenersOn(new Set(ports))];
}

/** `host:port` of a URL. */
function addressOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}

/** Port of an address on this machine. */
function localPort(address: string): number | undefined {
  const at = address.lastIndexOf(':');
  return isLoopbackHost(address.slice(0, at)) ? Number(address.slice(at + 1)) : undefined;
}
