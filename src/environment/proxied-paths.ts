import { connect } from 'node:net';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import type { Scenario } from '../scenario/scenario.js';
import { givenLatencyText } from '../text/figure-text.js';
import type { SocketSightings } from './server-sockets.js';

const CONNECT_LIMIT_MS = 1000;

const faulted = ({ faults }: Scenario): ReadonlySet<string> => new Set(faults.map(({ dependency }) => dependency));

const parts = (address: string): { readonly host: string; readonly port: number } => {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
};

/**
 * What is to be broken has to work first. Asked from this machine, so only where the proxy runs here as well.
 * @throws PlimsollError with exit code 7 that names the dependency that cannot be reached.
 */
export async function refuseDeadUpstreams(scenario: Scenario): Promise<void> {
  for (const name of faulted(scenario)) {
    const upstream = scenario.dependencies[name]?.upstream ?? '';
    const why = await connectionFault(upstream);
    if (why === undefined) continue;
    throw new PlimsollError(`the dependency ${name} cannot be reached at ${upstream}: ${why}`, 'faultEngine', {
      hint: `start it, or change dependencies.${name}.upstream: a fault on what is down already would prove nothing`,
    });
  }
}

function connectionFault(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...parts(address), timeout: CONNECT_LIMIT_MS });
    const done = (why?: string): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => done());
    socket.once('timeout', () => done(`no answer within ${givenLatencyText(CONNECT_LIMIT_MS * 1000)}`));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

/**
 * Whether each proxied path carried a connection of the server under test: by the counters of the embedded engine, else by the sockets
 * of the server where they can be seen.
 * @param sightings of the server's sockets; undefined where they cannot be seen
 * @throws PlimsollError with exit code 7 for a path with a fault that carried nothing: the fault would test nothing.
 */
export async function provePaths(
  scenario: Scenario,
  agent: FaultAgent,
  sightings: SocketSightings | undefined,
): Promise<Readonly<Record<string, 'verified' | 'unverified'>>> {
  const counters = await agent.count();
  const paths: Record<string, 'verified' | 'unverified'> = {};
  for (const [name, { listen, upstream }] of Object.entries(scenario.dependencies)) {
    const carried =
      counters === undefined ? seenAt(parts(listen).port, sightings) : (counters[name]?.connectionsAccepted ?? 0) > 0;
    paths[name] = carried === true ? 'verified' : 'unverified';
    if (carried !== false || !faulted(scenario).has(name)) continue;
    throw new PlimsollError(
      `the proxy of ${name} on ${listen} has seen no connection: the server under test does not use it, so the fault would test nothing`,
      'faultEngine',
      {
        hint: `point the server at ${listen} in place of ${upstream} (its environment, its command line, target.server.env); with preflight: schema, or lazy connections, use preflight: call`,
      },
    );
  }
  return paths;
}

/** Undefined: there was a connection, or may have been, and whose it was cannot be known. */
function seenAt(port: number, sightings: SocketSightings | undefined): boolean | undefined {
  if (sightings === undefined) return undefined;
  if (sightings.connected.has(port)) return true;
  return sightings.ended.has(port) ? undefined : false;
}
