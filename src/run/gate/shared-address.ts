import type { Scenario } from '../../scenario/scenario.js';
import type { BuildScenarios } from './gate-request.js';

/** An address on which both builds would listen, so that they cannot be up at the same time; undefined where there is none. Pure. */
export function sharedAddress({ baseline, candidate }: BuildScenarios): string | undefined {
  const taken = listeners(baseline);
  return [...listeners(candidate)].find((address) => taken.has(address));
}

/** Where a server that plimsoll starts listens, as far as its scenario says, and the proxies in front of its dependencies. */
function listeners({ target, dependencies }: Scenario): ReadonlySet<string> {
  const { server, urls, health, metrics } = target;
  const pages =
    server === undefined ? [] : [...urls, server.ready, health?.live, health?.ready, metrics].filter((url) => url !== undefined);
  return new Set([...pages.map(addressOf), ...Object.values(dependencies).map(({ listen }) => addressOf(`tcp://${listen}`))]);
}

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Host and port, the names of this machine as one. */
function addressOf(text: string): string {
  const { protocol, hostname, port } = new URL(text);
  const host = ['localhost', '[::1]', '0.0.0.0', '[::]', ''].includes(hostname) ? '127.0.0.1' : hostname;
  return `${host}:${port === '' ? PORTS[protocol] : port}`;
}
