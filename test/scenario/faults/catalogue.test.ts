import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type DriveReport, startFaultAgent } from '../../../src/faults/fault-agent.js';
import type { PlannedFault } from '../../../src/scenario/faults/fault-plan.js';
import { readParameters } from '../../../src/scenario/faults/recipe.js';
import { RECIPES } from '../../../src/scenario/faults/recipe-catalogue.js';
import { serveToxiproxy } from '../../../src/toxiproxy/serve-toxiproxy.js';
import { build, echoServer, roundTrip, temporaryFolder } from '../../faults/proxied-peer.js';
import { ENGINES, startRealToxiproxy } from '../../faults/real-toxiproxy.js';
import { freePort } from '../../fixtures/ports.js';
import { lacking } from '../../requirement.js';
import { callJson } from '../../toxiproxy/api-client.js';

beforeAll(build);

const FOR_MS = 2500;
const RUN_ID = 'catalogue-run';

interface Proxy {
  readonly enabled: boolean;
  readonly upstream: string;
  readonly toxics: readonly {
    readonly name: string;
    readonly type: string;
    readonly stream: string;
    readonly attributes: Readonly<Record<string, number>>;
  }[];
}
type Proxies = Readonly<Record<string, Proxy>>;

/** What stands on the proxy while the recipe is on, with `down: 300ms` and the like; read back from the server, not from our books. */
const IN_FORCE: Readonly<Record<string, (seen: readonly Proxy[], other: readonly Proxy[]) => void>> = {
  'slow-dependency': (seen) => expectToxics(seen, { latency: { latency: 200, jitter: 50 } }),
  'very-slow': (seen) => expectToxics(seen, { latency: { latency: 2000, jitter: 0 } }),
  'black-hole': (seen) => expectToxics(seen, { timeout: { timeout: 0 } }),
  'partition-heals': (seen) => {
    const both = seen.map(({ toxics }) => toxics.map(({ type, stream, attributes }) => `${type} ${stream} ${attributes.rate}`));
    expect(both).toContainEqual(['bandwidth upstream 0', 'bandwidth downstream 0']);
  },
  'idle-drop': (seen) => expectToxics(seen, { timeout: { timeout: 1000 } }),
  'connection-reset': (seen) => expectToxics(seen, { reset_peer: { timeout: 0 } }),
  refused: (seen) => expect(seen.some(({ enabled }) => !enabled)).toBe(true),
  flapping: (seen) => {
    const changes = seen.filter(({ enabled }, at) => at > 0 && enabled !== seen[at - 1]?.enabled);
    expect(changes.length).toBeGreaterThanOrEqual(4);
  },
  'truncated-reply': (seen) => expectToxics(seen, { limit_data: { bytes: 4000 } }),
  'thin-pipe': (seen) => expectToxics(seen, { bandwidth: { rate: 20 } }),
  dribble: (seen) =>
    expectToxics(seen, {
      slicer: { average_size: 60, size_variation: 30, delay: 10_000 },
      latency: { latency: 20, jitter: 80 },
    }),
  'slow-close': (seen) => expectToxics(seen, { slow_close: { delay: 3000 } }),
  'partial-failure': (seen) => expectToxics(seen, { reset_peer: { timeout: 0 } }),
  failover: (seen) => {
    expect(seen.some(({ enabled }) => !enabled)).toBe(true);
    expect(new Set(seen.map(({ upstream }) => upstream)).size).toBe(2);
  },
  'error-stub': (seen) => expect(new Set(seen.map(({ upstream }) => upstream)).size).toBe(2),
  'cold-start': (seen) => {
    expect(seen.some(({ enabled }) => !enabled)).toBe(true);
    const latencies = seen.flatMap(({ toxics }) => toxics.map(({ attributes }) => attributes.latency));
    expect([...new Set(latencies)]).toEqual([500, 250, 100, 0]);
  },
  'two-at-once': (seen, other) => {
    expect(seen.some(({ enabled }) => !enabled)).toBe(true);
    expectToxics(other, { latency: { latency: 100, jitter: 0 } });
  },
};

function expectToxics(seen: readonly Proxy[], wanted: Readonly<Record<string, Readonly<Record<string, number>>>>): void {
  const standing = seen.filter(({ toxics }) => toxics.length === Object.keys(wanted).length);
  expect(standing.length).toBeGreaterThan(0);
  for (const { toxics } of standing) {
    expect(Object.fromEntries(toxics.map(({ type, attributes }) => [type, attributes]))).toEqual(wanted);
    for (const { name } of toxics) expect(name).toContain(`plimsoll-${RUN_ID}-`);
  }
}

describe.each(ENGINES.filter((engine) => engine === 'embedded' || !lacking('toxiproxy')))(
  'every recipe, engine: %s',
  (engine) => {
    it('stands on the server while it is on, and leaves the proxies as they stood', async () => {
      const theirs = engine === 'real' ? await startRealToxiproxy() : await serveToxiproxy({ host: '127.0.0.1', port: 0 });
      onTestFinished(() => ('stop' in theirs ? theirs.stop() : theirs.close()));
      const [upstream, second] = [await echoServer(), await echoServer()];
      const names = [...RECIPES.map(({ name }) => name), 'other'];
      const proxies: { dependency: string; listen: string; upstream: string }[] = [];
      for (const [at, dependency] of names.entries()) {
        const listen = `127.0.0.1:${await freePort()}`;
        proxies.push({ dependency, listen, upstream });
        // Every other one stood before, with a toxic of somebody else.
        if (at % 2 === 1) continue;
        await callJson(theirs.url, 'POST', '/proxies', { name: `their-${dependency}`, listen, upstream });
        await callJson(theirs.url, 'POST', `/proxies/their-${dependency}/toxics`, {
          name: 'theirs',
          type: 'limit_data',
          attributes: { bytes: 1e9 },
        });
      }
      const before = await callJson<Proxies>(theirs.url, 'GET', '/proxies');
      const intentFile = join(temporaryFolder(), 'faults.json');
      const agent = await startFaultAgent({ runId: RUN_ID, engine: theirs.url, seed: 1, intentFile, proxies });
      onTestFinished(async () => void (await agent.close()));
      const nameOf = new Map(agent.proxies.map(({ dependency, name }) => [dependency, name]));
      const faults = RECIPES.map((recipe, fault): PlannedFault => {
        const down = recipe.parameters.some(({ name }) => name === 'down') ? { down: '300ms' } : {};
        const raw = { failover: { to: second }, 'two-at-once': { other: 'other' } }[recipe.name] ?? {};
        const read = readParameters(recipe, { ...down, ...raw });
        if ('problems' in read) throw new Error(JSON.stringify(read.problems));
        const context = { dependency: recipe.name, forMs: FOR_MS, values: read.values };
        return { fault, dependency: recipe.name, recipe: recipe.name, atMs: 100, forMs: FOR_MS, steps: recipe.steps(context) };
      });
      const reports: DriveReport[] = [];
      const told = (what: string): number => reports.filter((r) => r.report === 'fault' && r.what === what).length;
      agent.schedule(Date.now(), faults, (report) => reports.push(report));

      const seen: Proxies[] = [];
      while (told('off') + told('failed') < faults.length) {
        seen.push(await callJson<Proxies>(theirs.url, 'GET', '/proxies'));
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      expect(reports.filter((report) => report.report === 'fault' && report.what === 'failed')).toEqual([]);
      const ofUs = (dependency: string): readonly Proxy[] =>
        seen.flatMap((all) => {
          const proxy = all[nameOf.get(dependency) ?? ''];
          return proxy === undefined ? [] : [{ ...proxy, toxics: proxy.toxics.filter(({ name }) => name !== 'theirs') }];
        });
      for (const { name } of RECIPES) IN_FORCE[name]?.(ofUs(name), ofUs('other'));
      expect(Object.keys(IN_FORCE).sort()).toEqual(RECIPES.map(({ name }) => name).sort());

      // Off, and still there: proxies of ours as they were made, those of others as they stood.
      const after = await callJson<Proxies>(theirs.url, 'GET', '/proxies');
      expect(after).toMatchObject(before);
      for (const { toxics, enabled, upstream: to } of Object.values(after)) {
        expect(toxics.filter(({ name }) => name !== 'theirs')).toEqual([]);
        expect([enabled, to]).toEqual([true, upstream]);
      }
      for (const { listen } of proxies) expect(await roundTrip(Number(listen.split(':')[1]))).toBeTypeOf('number');
      expect(await agent.close()).toEqual([]);
      await vi.waitFor(async () => expect(await callJson(theirs.url, 'GET', '/proxies')).toEqual(before));
    }, 30_000);
  },
);
