import { networkInterfaces } from 'node:os';
import { isLoopbackHost } from '../scenario/hosts.js';
import type { Scenario } from '../scenario/scenario.js';
import type { DelayPlace } from '../signals/delay/delay-place.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** What runs of a scenario, as far as its environment knows. */
export interface KnownProcesses {
  /** Of the server that was started for it. */
  readonly child: number | undefined;
  /** Over stdio: those that run now. */
  readonly overStdio: () => readonly number[];
}

/**
 * Where to look for the server of a scenario and for its dependencies.
 * @param own addresses of this machine, for tests
 */
export function delayPlaceOf(
  { target, dependencies }: Pick<Scenario, 'target' | 'dependencies'>,
  { child, overStdio }: KnownProcesses,
  own: ReadonlySet<string> = ownAddresses(),
): DelayPlace {
  const here = ({ host }: Address): boolean => isLoopbackHost(host) || own.has(host);
  const urls = target.urls.map(addressOfUrl);
  const overPipes = target.transport === 'stdio';
  // What was started here listens here, whatever it is called in the URL.
  const ports = (child === undefined ? urls.filter(here) : urls).map(({ port }) => port);
  const pid = child ?? target.pid;
  const all = Object.values(dependencies);
  return {
    elsewhere: !overPipes && pid === undefined && ports.length === 0,
    pids: overPipes && pid === undefined ? overStdio : () => (pid === undefined ? [] : [pid]),
    trusted: child === undefined && (overPipes || pid !== undefined),
    ports,
    upstreamPorts: all.map(({ upstream }) => addressOf(upstream)).flatMap((at) => (here(at) ? [at.port] : [])),
    proxyPorts: all.map(({ listen }) => addressOf(listen)).flatMap((at) => (here(at) || isAny(at.host) ? [at.port] : [])),
  };
}

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address)));

const isAny = (host: string): boolean => host === '' || host === '0.0.0.0' || host === '::';

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

function addressOf(text: string): Address {
  const at = text.lastIndexOf(':');
  return { host: bare(text.slice(0, at)), port: Number(text.slice(at + 1)) };
}

function addressOfUrl(url: string): Address {
  const { hostname, port, protocol } = new URL(url);
  return { host: bare(hostname), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
