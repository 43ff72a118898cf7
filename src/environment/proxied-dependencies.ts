import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultAgent, startFaultAgent } from '../faults/fault-agent.js';
import type { Scenario } from '../scenario/scenario.js';
import type { Environment, EnvironmentOptions, FaultLine } from './environment.js';

/** The agent with the proxies in front of the dependencies, and what was proved of them. */
export interface ProxiedDependencies {
  readonly agent: FaultAgent;
  readonly line: FaultLine;
}

/**
 * Starts the fault agent with a proxy for each dependency.
 * @throws PlimsollError with exit code 7 or 8 when engine or proxies cannot be had.
 */
export async function startProxies(scenario: Scenario, { faults, onStep }: EnvironmentOptions): Promise<FaultAgent> {
  const { runId, intentFile, engine } = faults ?? {
    runId: `p${process.pid}`,
    intentFile: join(tmpdir(), `plimsoll-faults-${process.pid}.json`),
    engine: 'embedded',
  };
  onStep(engine === 'embedded' ? 'starting the embedded Toxiproxy' : `asking the Toxiproxy at ${engine}`);
  const proxies = Object.entries(scenario.dependencies).map(([dependency, { listen, upstream }]) => ({
    dependency,
    listen,
    upstream,
  }));
  const agent = await startFaultAgent({ runId, intentFile, engine, seed: scenario.load.seed, proxies });
  const names = agent.proxies.map(({ name, adopted }) => `${name}${adopted ? ' (stood before)' : ''}`).join(', ');
  onStep(`Toxiproxy ${agent.engine.version} (${agent.engine.name}) at ${agent.engine.url}, proxies: ${names}`);
  if (faults !== undefined) return agent;
  // A record that nobody asked for is kept only as long as somebody may have to clean up after it.
  const close = async (): Promise<readonly string[]> => {
    const left = await agent.close();
    if (left.length === 0) rmSync(intentFile, { force: true });
    return left;
  };
  return { ...agent, close };
}

/** Whether the Toxiproxy runs on this machine, so that it reaches what we reach. */
export const isNearby = ({ engine: { url } }: FaultAgent): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

/** A word on adopted proxies that somebody else has broken already. */
export const foreignToxicNotes = (dependencies: ProxiedDependencies | undefined): Environment['notes'] =>
  (dependencies?.agent.proxies ?? [])
    .filter(({ foreignToxics }) => foreignToxics.length > 0)
    .map(({ dependency, foreignToxics }) => ({
      level: 'warning',
      code: 'foreign-toxics',
      text: `the proxy of ${dependency} carries toxics that are not of this run: ${foreignToxics.join(', ')}`,
    }));
