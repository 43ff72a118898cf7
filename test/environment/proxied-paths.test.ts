import { describe, expect, it } from 'vitest';
import { provePaths, refuseDeadUpstreams } from '../../src/environment/proxied-paths.js';
import type { SocketSightings } from '../../src/environment/server-sockets.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import type { FaultAgent } from '../../src/faults/fault-agent.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { echoServer } from '../faults/proxied-peer.js';
import { swallowingUpstream } from '../faults/swallowing-upstream.js';
import { lacking } from '../requirement.js';

const scenarioWith = (upstreams: Readonly<Record<string, string>>, faulted: readonly string[]): Scenario =>
  ({
    dependencies: Object.fromEntries(
      Object.entries(upstreams).map(([name, upstream], at) => [
        name,
        { listen: `127.0.0.1:${15_000 + at}`, upstream, tools: [] },
      ]),
    ),
    faults: faulted.map((dependency) => ({ dependency })),
  }) as unknown as Scenario;

const two = (...faulted: readonly string[]): Scenario => scenarioWith({ db: '127.0.0.1:5432', cache: '127.0.0.1:6379' }, faulted);

/** An agent whose engine counted this many connections by dependency; undefined: it cannot count. */
const agentThatCounted = (accepted: Readonly<Record<string, number>> | undefined): FaultAgent =>
  ({
    count: async () =>
      accepted &&
      Object.fromEntries(Object.entries(accepted).map(([name, connectionsAccepted]) => [name, { connectionsAccepted }])),
  }) as unknown as FaultAgent;

const saw = (connected: readonly number[], ended: readonly number[] = []): SocketSightings => ({
  connected: new Set(connected),
  ended: new Set(ended),
});

describe('provePaths', () => {
  it('takes the counters of the embedded engine before anything else', async () => {
    expect(await provePaths(two('db', 'cache'), agentThatCounted({ db: 1, cache: 3 }), saw([]))).toEqual({
      db: 'verified',
      cache: 'verified',
    });
  });

  it('refuses a path with a fault that carried nothing, and says how to point the server at the proxy', async () => {
    await expect(provePaths(two('db'), agentThatCounted({ db: 0, cache: 1 }), undefined)).rejects.toMatchObject({
      exitCode: EXIT.faultEngine,
      message: expect.stringMatching(/the proxy of db on 127\.0\.0\.1:15000 has seen no connection/),
      details: { hint: expect.stringContaining('point the server at 127.0.0.1:15000 in place of 127.0.0.1:5432') },
    });
    // The counters of a proxy that the engine does not know of: none.
    await expect(provePaths(two('db'), agentThatCounted({}), undefined)).rejects.toThrow(/seen no connection/);
  });

  it('lets a dependency without a fault go unused', async () => {
    expect(await provePaths(two('db'), agentThatCounted({ db: 2, cache: 0 }), undefined)).toEqual({
      db: 'verified',
      cache: 'unverified',
    });
  });

  it('goes by the sockets of the server at a real Toxiproxy, which cannot count', async () => {
    const real = agentThatCounted(undefined);
    expect(await provePaths(two('db'), real, saw([15_000]))).toEqual({ db: 'verified', cache: 'unverified' });
    await expect(provePaths(two('db'), real, saw([5432]))).rejects.toThrow(/seen no connection/);
  });

  it('calls a path unverified where nothing can be seen, or where a connection was too short to tell whose it was', async () => {
    const real = agentThatCounted(undefined);
    expect(await provePaths(two('db'), real, undefined)).toMatchObject({ db: 'unverified' });
    expect(await provePaths(two('db'), real, saw([], [15_000]))).toMatchObject({ db: 'unverified' });
  });
});

describe('refuseDeadUpstreams', () => {
  it('lets live ones pass, and asks only for those that a fault is meant for', async () => {
    const live = await echoServer();
    await refuseDeadUpstreams(scenarioWith({ db: live, cache: '127.0.0.1:1' }, ['db']));
    await expect(refuseDeadUpstreams(scenarioWith({ db: live, cache: '127.0.0.1:1' }, ['db', 'cache']))).rejects.toMatchObject({
      exitCode: EXIT.faultEngine,
      message: 'the dependency cache cannot be reached at 127.0.0.1:1: ECONNREFUSED',
    });
  });

  it.skipIf(lacking('linux'))('does not wait for one that swallows connects', async () => {
    const upstream = await swallowingUpstream();
    await upstream.swallow();
    const startedMs = performance.now();
    await expect(refuseDeadUpstreams(scenarioWith({ db: upstream.address }, ['db']))).rejects.toThrow(/no answer within 1 s/);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});
