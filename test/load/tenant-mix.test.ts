import { describe, expect, it } from 'vitest';
import { CellTable } from '../../src/load/cell-table.js';
import { TenantMix } from '../../src/load/tenant-mix.js';
import { rateAt } from '../../src/scenario/plan/arrival-rate.js';
import { tenantShares } from '../../src/scenario/plan/tenant-shares.js';
import type { Tenant } from '../../src/scenario/scenario.js';
import { closed, open, ramp, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

const tenant = (name: string, share: Pick<Tenant, 'weight' | 'ratePerS'>): Tenant => ({ name, headers: {}, ...share });

describe('tenant shares', () => {
  it('gives rates first and the rest by weight', () => {
    expect(tenantShares([{ ratePerS: 30 }, { weight: 1 }, { weight: 3 }], 50)).toEqual([0.6, 0.1, 0.30000000000000004]);
    expect(tenantShares([{ weight: 1 }, { weight: 1 }], 50)).toEqual([0.5, 0.5]);
  });

  it('divides what there is where the rates are more than all arrivals, and all of it where nobody takes the rest', () => {
    expect(tenantShares([{ ratePerS: 30 }, { ratePerS: 10 }, { weight: 1 }], 20)).toEqual([0.75, 0.25, 0]);
    expect(tenantShares([{ ratePerS: 30 }, { ratePerS: 10 }], 80)).toEqual([0.75, 0.25]);
  });

  it('follows a ramp', () => {
    expect(rateAt({ ...ramp('climb', 10, 110, 1000), model: 'open' } as never, 250)).toBe(35);
  });
});

/** Mean and a bound of five standard deviations of a binomial count. */
const near = (count: number, of: number, share: number): void => {
  expect(Math.abs(count - of * share)).toBeLessThan(5 * Math.sqrt(of * share * (1 - share)) + 1);
};

describe('tenant mix', () => {
  it('keeps a rated tenant at its rate while another one takes a burst', () => {
    const phases = [open('steady', 40, 100_000), open('burst', 280, 100_000), ramp('climb', 40, 280, 100_000)];
    const mix = new TenantMix([tenant('acme', { ratePerS: 30 }), tenant('globex', { weight: 1 })], { seed: 7, phases });
    const acme = (from: number, perS: number, seconds: number, at: (i: number) => number): number => {
      let count = 0;
      for (let i = 0; i < perS * seconds; i++) if (mix.choose(from + i, at(i)) === 0) count += 1;
      return count;
    };
    near(
      acme(0, 40, 100, (i) => i * 25),
      4000,
      30 / 40,
    );
    near(
      acme(4000, 280, 100, (i) => 100_000 + (i * 1000) / 280),
      28_000,
      30 / 280,
    );
    // The end of the ramp, where its rate is 280/s, within 1 %.
    near(
      acme(32_000, 280, 10, () => 299_000),
      2800,
      30 / 277.6,
    );
  });

  it('chooses the same tenant for the same arrival, whatever was asked before', () => {
    const load = { seed: 3, phases: [open('steady', 10, 1000)] };
    const tenants = [tenant('a', { weight: 2 }), tenant('b', { weight: 1 })];
    const one = new TenantMix(tenants, load);
    const other = new TenantMix(tenants, load);
    const forward = Array.from({ length: 100 }, (_, i) => one.choose(i, 0));
    const backward = Array.from({ length: 100 }, (_, i) => other.choose(99 - i, 0)).reverse();
    expect(forward).toEqual(backward);
    expect(new Set(forward)).toEqual(new Set([0, 1]));
  });

  it('deals users out by weight and spreads them', () => {
    const mix = new TenantMix([tenant('a', { weight: 3 }), tenant('b', { weight: 1 })], {
      seed: 1,
      phases: [closed('c', 8, 0, 1)],
    });
    const users = mix.ofUsers(8);
    expect(users.filter((index) => index === 0)).toHaveLength(6);
    expect(users.slice(0, 4).filter((index) => index === 1)).toHaveLength(1);
  });
});

describe('cells', () => {
  it('tell tenants apart, and every number stands for one cell', () => {
    const table = new CellTable(['x', 'y'], ['http://a', 'http://b', 'http://c'], ['acme', 'globex']);
    const ids = new Set<number>();
    for (let segment = 0; segment < 3; segment++)
      for (let who = 0; who < 2; who++)
        for (let endpoint = 0; endpoint < 3; endpoint++)
          for (let tool = 0; tool < 2; tool++) {
            const id = table.idOf(tool, endpoint, segment, who);
            ids.add(id);
            expect(table.entry(id)).toEqual({
              type: 'cell',
              id,
              tool: ['x', 'y'][tool],
              endpoint: `http://${'abc'[endpoint]}`,
              tenant: ['acme', 'globex'][who],
              segment,
            });
          }
    expect(ids.size).toBe(36);
  });
});

describe('a drive with tenants', () => {
  it('starts each call for the tenant of its arrival, and a closed user stays with its own', () => {
    const scenario = scenarioOf({
      tenants: [tenant('a', { weight: 1 }), tenant('b', { weight: 1 })],
      load: { phases: [open('steady', 100, 2000), closed('agents', 4, 10, 500)] },
    });
    const { calls } = driveVirtually(scenario, () => ({ afterMs: 5 }));
    const steady = calls.filter(({ atMs }) => atMs < 2000);
    const mix = new TenantMix(scenario.tenants!, scenario.load);
    expect(steady.map((call) => call.tenant)).toEqual(steady.map((call, i) => mix.choose(i, call.atMs)));
    const agents = calls.filter(({ atMs }) => atMs >= 2000).map((call) => call.tenant);
    expect(agents.filter((who) => who === 0)).toHaveLength(agents.length / 2);
  });
});
