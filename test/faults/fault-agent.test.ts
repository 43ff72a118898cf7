import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { cleanFaults } from '../../src/faults/clean-faults.js';
import { type DriveReport, type FaultAgent, startFaultAgent } from '../../src/faults/fault-agent.js';
import { readIntent } from '../../src/faults/intent-file.js';
import type { PlannedFault } from '../../src/scenario/faults/fault-plan.js';
import { serveToxiproxy } from '../../src/toxiproxy/serve-toxiproxy.js';
import { freePort } from '../fixtures/ports.js';
import { lacking } from '../requirement.js';
import { callJson } from '../toxiproxy/api-client.js';
import { build, echoServer, planned, roundTrip, temporaryFolder } from './proxied-peer.js';
import { ENGINES, type EngineName, type RealToxiproxy, startRealToxiproxy } from './real-toxiproxy.js';

beforeAll(build);

/** A Toxiproxy of somebody else, for the tests of this file in turn: whatever one leaves there, the next one finds. */
let real: RealToxiproxy | undefined;
afterAll(() => real?.stop());
const realUrl = async (): Promise<string> => {
  if (real === undefined || real.child.signalCode !== null) real = await startRealToxiproxy();
  return real.url;
};

interface Bench {
  readonly agent: FaultAgent;
  readonly port: number;
  readonly upstream: string;
  readonly intentFile: string;
  readonly reports: DriveReport[];
  run(...faults: readonly PlannedFault[]): void;
  until(what: string, fault?: number): Promise<void>;
}

async function bench(engine = 'embedded', upstream?: string, port?: number): Promise<Bench> {
  const listenPort = port ?? (await freePort());
  const to = upstream ?? (await echoServer());
  const intentFile = join(temporaryFolder(), 'faults.json');
  const agent = await startFaultAgent({
    runId: 'test-run',
    engine,
    seed: 1,
    intentFile,
    proxies: [{ dependency: 'dep', listen: `127.0.0.1:${listenPort}`, upstream: to }],
  });
  onTestFinished(async () => void (await agent.close()));
  const reports: DriveReport[] = [];
  return {
    agent,
    port: listenPort,
    upstream: to,
    intentFile,
    reports,
    run: (...faults) => agent.schedule(Date.now(), faults, (report) => reports.push(report)),
    until: (what, fault = 0) =>
      vi.waitFor(
        () =>
          expect(
            reports.some((r) => r.report === 'fault' && r.what === what && r.fault === fault),
            JSON.stringify(reports),
          ).toBe(true),
        { timeout: 8000, interval: 5 },
      ),
  };
}

const lackingEngine = (engine: EngineName): boolean => engine === 'real' && lacking('toxiproxy');

describe.each(ENGINES.filter((engine) => !lackingEngine(engine)))('the fault agent, engine: %s', (engine) => {
  /** An agent with an embedded engine of its own, or at the real Toxiproxy. */
  const onEngine = async (): Promise<Bench> => bench(engine === 'embedded' ? engine : await realUrl());

  it('carries a fault out at its time, writes it down first, and takes it back at its end', async () => {
    const { agent, port, run, until, intentFile, reports } = await onEngine();
    expect(agent.engine.name).toBe(engine === 'embedded' ? 'embedded' : 'toxiproxy');
    expect(agent.proxies).toMatchObject([{ name: engine === 'real' ? 'plimsoll-test-run-dep' : 'dep', adopted: false }]);
    expect(agent.engine.version).toMatch(engine === 'embedded' ? /^2\.12\.0$/ : /^(git|2\.12\.0)$/);
    const toxics = async () =>
      (await callJson<unknown[]>(agent.engine.url, 'GET', `/proxies/${agent.proxies[0]?.name}/toxics`)).length;
    expect(await roundTrip(port)).toBeTypeOf('number');
    run(planned('slow-dependency', { atMs: 500, forMs: 1500, with: { latency: '250ms', jitter: '0ms' } }));
    expect(await toxics()).toBe(0);
    await until('on');
    expect(await toxics()).toBe(1);
    expect(readIntent(intentFile).proxies[0]).toMatchObject({ made: true, toxics: ['plimsoll-test-run-0-latency-downstream'] });
    expect(await roundTrip(port)).toBeGreaterThanOrEqual(250);
    await until('off');
    expect(await toxics()).toBe(0);
    expect(await roundTrip(port)).toBeTypeOf('number');
    const [on, off] = reports.filter((report) => report.report === 'fault');
    expect(on).toMatchObject({
      what: 'on',
      recipe: 'slow-dependency',
      toxics: [{ type: 'latency', attributes: { latency: 250 } }],
    });
    expect((off?.atMs ?? 0) - (on?.atMs ?? 0)).toBeGreaterThan(1200);
    expect(await agent.close()).toEqual([]);
    expect(readIntent(intentFile)).toMatchObject({ clean: true, proxies: [] });
    expect(await roundTrip(port)).toBe('ECONNREFUSED');
  });

  it('counts what goes through, once a second and when asked, where the engine can', async () => {
    const { agent, port, run, reports } = await onEngine();
    if (engine === 'real') return expect(await agent.count()).toBeUndefined();
    expect(await agent.count()).toMatchObject({ dep: { connectionsAccepted: 0 } });
    await roundTrip(port);
    expect(await agent.count()).toMatchObject({ dep: { connectionsAccepted: 1, bytesUpstream: 1, bytesDownstream: 1 } });
    run(planned('slow-dependency', { atMs: 60_000, forMs: 900 }));
    await vi.waitFor(() => expect(reports.filter(({ report }) => report === 'proxy').length).toBeGreaterThan(1), 5000);
  });

  it('refuses, cuts, and comes back', async () => {
    const { port, run, until } = await onEngine();
    run(planned('refused', { forMs: 500 }), planned('connection-reset', { fault: 1, atMs: 800, forMs: 500 }));
    await until('on');
    expect(await roundTrip(port)).toBe('ECONNREFUSED');
    await until('off');
    expect(await roundTrip(port)).toBeTypeOf('number');
    await until('on', 1);
    expect(await roundTrip(port)).toMatch(/ECONNRESET|closed/);
    await until('off', 1);
    expect(await roundTrip(port)).toBeTypeOf('number');
  });

  it('flaps, tells each step, and ends up', async () => {
    const { port, run, until, reports } = await onEngine();
    run(planned('flapping', { forMs: 900, with: { down: '150ms', up: '150ms' } }));
    await until('off');
    expect(reports.filter((report) => report.report === 'fault').map(({ what }) => what)).toEqual([
      'on',
      ...Array<string>(5).fill('step'),
      'off',
    ]);
    expect(await roundTrip(port)).toBeTypeOf('number');
  });

  it('fails over and back, and puts an error stub in the place of the upstream', async () => {
    const { agent, port, run, until } = await onEngine();
    const other = await echoServer();
    run(
      planned('failover', { forMs: 700, with: { to: other, down: '100ms' } }),
      planned('error-stub', { fault: 1, atMs: 900, forMs: 700, with: { status: 429 } }),
    );
    await until('step');
    const upstreamNow = async () =>
      Object.values(await callJson<Record<string, { upstream: string }>>(agent.engine.url, 'GET', '/proxies'))[0]?.upstream;
    await vi.waitFor(async () => expect(await upstreamNow()).toBe(other));
    await until('off');
    expect(await upstreamNow()).not.toBe(other);
    await until('on', 1);
    const answer = await fetch(`http://127.0.0.1:${port}/x`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    await until('off', 1);
    expect(await roundTrip(port)).toBeTypeOf('number');
  });

  it('lifts what is on and forgets what was to come', async () => {
    const { agent, port, run, until, reports } = await onEngine();
    run(planned('black-hole', { forMs: 60_000 }), planned('refused', { fault: 1, atMs: 1500, forMs: 60_000 }));
    await until('on');
    expect(await roundTrip(port, 200)).toBe('hung');
    expect(await agent.lift()).toEqual([]);
    await until('off');
    expect(await roundTrip(port)).toBeTypeOf('number');
    await wait(1700);
    expect(reports.some((report) => report.report === 'fault' && report.fault === 1)).toBe(false);
  });

  it.skipIf(lacking('linux'))('says so when the engine dies, once', async () => {
    const { agent, run, until, reports } = await onEngine();
    run(planned('black-hole', { forMs: 300 }), planned('refused', { fault: 1, atMs: 900, forMs: 300 }));
    await until('on');
    process.kill(engine === 'embedded' ? Number(childOf(agent.pid)) : (real?.child.pid as number), 'SIGKILL');
    await until('failed', 0);
    await until('failed', 1);
    const notes = reports.filter((report) => report.report === 'note');
    expect(notes.map(({ code }) => code)).toEqual(['fault-engine-lost']);
    // Faults live in the memory of their engine, so a dead one holds none. What came after it, if anything, cannot be known.
    const left = await agent.close();
    if (engine === 'embedded') expect(left).toEqual([]);
    else expect(left.join()).toMatch(/cannot be reached/);
  });

  it('says so when it is killed itself', async () => {
    const { agent, run, until, reports, intentFile } = await onEngine();
    run(planned('black-hole', { forMs: 60_000 }));
    await until('on');
    process.kill(agent.pid, 'SIGKILL');
    await vi.waitFor(() => expect(reports.some((r) => r.report === 'note' && r.code === 'fault-engine-lost')).toBe(true), 5000);
    expect(await agent.lift()).toHaveLength(1);
    if (engine === 'embedded') return;
    // Nobody was left who could take the fault off: that is what its record is for.
    expect(await callJson<Record<string, { toxics: unknown[] }>>(agent.engine.url, 'GET', '/proxies')).toMatchObject({
      'plimsoll-test-run-dep': { toxics: [{ type: 'timeout' }] },
    });
    expect(await cleanFaults(intentFile)).toEqual(['proxy plimsoll-test-run-dep deleted']);
  });

  // Only a real one is a server of others; for the embedded one there is nothing to ask.
  const ofOthers = engine === 'embedded' ? undefined : it;
  ofOthers?.('has left the server of others without a proxy of ours', async () => {
    expect(await callJson(await realUrl(), 'GET', '/proxies')).toEqual({});
  });
});

describe.each(ENGINES.filter((engine) => !lackingEngine(engine)))(
  'the fault agent at a Toxiproxy that stood before, engine: %s',
  (engine) => {
    /** A server of somebody else. */
    const standing = async (): Promise<{ readonly url: string }> => {
      if (engine === 'real') {
        const theirs = await startRealToxiproxy();
        onTestFinished(() => theirs.stop());
        return theirs;
      }
      const server = await serveToxiproxy({ host: '127.0.0.1', port: 0 });
      onTestFinished(() => server.close());
      return server;
    };

    it('adopts a proxy with the same addresses, and leaves it with the toxics of others as it was', async () => {
      const server = await standing();
      const upstream = await echoServer();
      const port = await freePort();
      await callJson(server.url, 'POST', '/proxies', { name: 'theirs', listen: `127.0.0.1:${port}`, upstream });
      await callJson(server.url, 'POST', '/proxies/theirs/toxics', { name: 'their-toxic', type: 'noop' });
      const before = await callJson(server.url, 'GET', '/proxies');
      const { agent, run, until } = await bench(server.url, upstream, port);
      expect(agent.proxies).toEqual([{ dependency: 'dep', name: 'theirs', adopted: true, foreignToxics: ['their-toxic'] }]);
      run(planned('black-hole', { forMs: 60_000 }));
      await until('on');
      expect(await callJson(server.url, 'GET', '/proxies')).not.toEqual(before);
      expect(await agent.close()).toEqual([]);
      expect(await callJson(server.url, 'GET', '/proxies')).toEqual(before);
    });

    it('deletes what it made', async () => {
      const server = await standing();
      const { agent, port } = await bench(server.url);
      expect(await roundTrip(port)).toBeTypeOf('number');
      expect(await agent.close()).toEqual([]);
      expect(await callJson(server.url, 'GET', '/proxies')).toEqual({});
    });

    it('refuses a proxy that leads elsewhere or is off, and a port that is taken', async () => {
      const server = await standing();
      const upstream = await echoServer();
      const port = await freePort();
      const listen = `127.0.0.1:${port}`;
      await callJson(server.url, 'POST', '/proxies', { name: 'theirs', listen, upstream: '127.0.0.1:9' });
      await expect(bench(server.url, upstream, port)).rejects.toMatchObject({
        exitCode: EXIT.faultEngine,
        message: expect.stringMatching(/leads to/),
      });
      await callJson(server.url, 'PATCH', '/proxies/theirs', { upstream, enabled: false });
      await expect(bench(server.url, upstream, port)).rejects.toMatchObject({ message: expect.stringMatching(/switched off/) });
      const taken = Number(upstream.split(':')[1]);
      await expect(bench('embedded', '127.0.0.1:9', taken)).rejects.toMatchObject({
        exitCode: EXIT.machine,
        message: expect.stringMatching(/already listens/),
      });
      await expect(bench('http://127.0.0.1:1', upstream)).rejects.toMatchObject({
        exitCode: EXIT.faultEngine,
        message: expect.stringMatching(/cannot be reached/),
      });
    });
  },
);

/** The only child of a process (Linux). */
function childOf(pid: number): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}
