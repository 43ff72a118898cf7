import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/scenario/plan/plan.js';
import { renderPlan } from '../../src/scenario/plan/plan-text.js';
import { minimal, parse, problemsOf } from './minimal.js';

const LOAD = '{ phases: [{ name: a, rate: 40/s, for: 10s }, { name: b, rate: 280/s, for: 10s }] }';

describe('tenants in a scenario', () => {
  it('are read with their share and their limits', () => {
    const { scenario } = parse(
      minimal({
        load: LOAD,
        tenants: '[{ name: acme, headers: { x-tenant: acme }, rate: 30/s, slo: { p95: 100ms } }, { name: globex, weight: 2 }]',
      }),
    );
    expect(scenario.tenants).toEqual([
      { name: 'acme', headers: { 'x-tenant': 'acme' }, ratePerS: 30, slo: { p95Ms: 100 } },
      { name: 'globex', headers: {}, weight: 2 },
    ]);
    expect(scenario.slo).toEqual({
      declared: false,
      success: 0.99,
      p95Ms: 400,
      tools: {},
      during: {},
      tenants: { acme: { p95Ms: 100 } },
    });
    const text = renderPlan(planOf(scenario));
    expect(text).toContain(
      'Tenants\n  name    load                          share\n  acme    30/s                10.71 % to 75 %\n  globex  the rest by weight  25 % to 89.29 %',
    );
    expect(text).toContain('tenant acme');
  });

  it.each([
    ['no list', 'acme', 'tenants  found "acme", accepted: a list such as [{ name: acme, weight: 3 }'],
    ['an empty list', '[]', 'tenants  found an empty list, accepted: at least one tenant'],
    [
      'neither weight nor rate',
      '[{ name: acme }]',
      's.yaml:6:11  tenants.0  found a tenant with neither weight nor rate, accepted: weight (a share',
    ],
    ['both', '[{ name: acme, weight: 1, rate: 10/s }]', 'tenants.0.rate  found rate together with weight'],
    ['a name twice', '[{ name: a, weight: 1 }, { name: a, weight: 1 }]', 'tenants.1.name  found the name "a" a second time'],
    ['an unknown key', '[{ name: a, wieght: 1 }]', 'did you mean "weight"?'],
    [
      'a rate beyond a phase',
      '[{ name: a, rate: 50/s }, { name: b, weight: 1 }]',
      'load.phases.0.rate  found 40/s in phase a, less than the 50/s of a, accepted: at least 50/s',
    ],
    [
      'rates that leave some',
      '[{ name: a, rate: 30/s }, { name: b, rate: 10/s }]',
      'load.phases.1.rate  found 280/s in phase b, more than the 40/s of all tenants, accepted: 40/s, or one tenant with weight',
    ],
  ])('refuses %s', (_, tenants, message) => {
    expect(problemsOf({ load: LOAD, tenants })).toContain(message);
  });

  it('refuses a rate beside users and tenants over stdio, and lets a warm-up be smaller', () => {
    const tenants = '[{ name: a, rate: 5/s }, { name: b, weight: 1 }]';
    expect(problemsOf({ load: '{ phases: [{ name: a, users: 3, for: 10s }] }', tenants })).toContain(
      'load.phases.0.users  found users together with tenants with a rate (a), accepted: tenants with weight',
    );
    expect(problemsOf({ target: '{ transport: stdio, command: [x] }', tenants })).toContain(
      'tenants  found tenants with transport: stdio',
    );
    expect(
      problemsOf({
        load: '{ phases: [{ name: w, rate: 1/s, for: 1s, warmUp: true }, { name: a, rate: 9/s, for: 9s }] }',
        tenants,
      }),
    ).toBe('');
  });

  it('hide the credentials in their headers', () => {
    const loaded = parse(
      minimal({ tenants: '[{ name: a, weight: 1, headers: { authorization: Bearer abcdef123456, x-tenant: a } }]' }),
    );
    expect(loaded.redacted.tenants).toEqual([
      { name: 'a', weight: 1, headers: { authorization: 'Bearer ***', 'x-tenant': 'a' } },
    ]);
    expect(loaded.redactedYaml).not.toContain('abcdef123456');
    expect(loaded.redactor.redact('token abcdef123456')).toBe('token ***');
  });

  it('are part of the workload by name and share, not by header or limit', () => {
    const hash = (tenants?: string): string => parse(minimal(tenants === undefined ? {} : { tenants })).hash;
    const one = hash('[{ name: a, weight: 1 }, { name: b, weight: 1 }]');
    expect(hash('[{ name: a, weight: 1, headers: { x: y }, slo: { p95: 1s } }, { name: b, weight: 1 }]')).toBe(one);
    expect(hash('[{ name: a, weight: 2 }, { name: b, weight: 1 }]')).not.toBe(one);
    expect(hash()).not.toBe(one);
  });

  it('warn of limits that too few calls will come to judge', () => {
    const warnings = (rate: string): string =>
      planOf(
        parse(minimal({ load: LOAD, tenants: `[{ name: acme, rate: ${rate}, slo: { p99: 1s } }, { name: globex, weight: 1 }]` }))
          .scenario,
      ).warnings.join();
    // 10/s over 20 s are 200 calls, and p99 needs 299.
    expect(warnings('10/s')).toContain('tenant acme: about 200 calls are too few to judge p99 (299 needed)');
    expect(warnings('30/s')).not.toContain('tenant acme');
  });
});
