import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSlo } from '../../src/judge/judge-slo.js';
import { minimumSamples } from '../../src/statistics/minimum-samples.js';
import { type Batch, type MadeRun, madeRun } from './made-result.js';

const checksOf = (run: MadeRun) => {
  const analysis = madeRun(run);
  return judgeSlo(analysis.slo, analysis);
};
const outcomesOf = (run: MadeRun) => checksOf(run).map(({ outcome }) => outcome);

describe('success', () => {
  const success = (limit: number, batches: readonly Batch[]) => checksOf({ slo: { success: limit }, batches })[0];

  it('is ok over offered, less what the generator gave up, which puts a pass in doubt; dropped and unfinished calls count against it', () => {
    const check = success(0.9, [
      { calls: 900 },
      { calls: 40, outcome: 'tool-error' },
      { calls: 30, outcome: 'dropped' },
      { calls: 20, outcome: 'unfinished' },
      { calls: 10, outcome: 'timeout' },
    ]);
    expect(check).toMatchObject({ outcome: 'pass', actual: 0.9, limit: 0.9, unit: 'ratio', metric: 'success' });
    expect(check?.evidence).toBe(
      '90 % of 1,000 calls succeeded, 100 did not (40 tool-error, 30 dropped, 20 unfinished, 1 more class); limit 90 %',
    );
    const givenUp = success(0.9, [
      { calls: 900 },
      { calls: 100, outcome: 'dropped' },
      { calls: 10, outcome: 'dropped-by-generator' },
    ]);
    expect(givenUp).toMatchObject({ actual: 0.9, outcome: 'invalid' });
    expect(givenUp?.evidence).toMatch(
      /limit 90 %; with 10 starts given up by plimsoll as failures it would be missed: in doubt$/,
    );
  });

  it.each([
    [3, 'pass'],
    [4, 'fail'],
  ])('with %d of 300 failed at 99 %% says %s', (failed, outcome) => {
    expect(success(0.99, [{ calls: 300 - failed }, { calls: failed, outcome: 'server-error' }])?.outcome).toBe(outcome);
  });

  it.each([
    ['all good but too few', 99, 0, 'inconclusive'],
    ['enough', 100, 0, 'pass'],
    ['too few, and already too many failed for 100', 8, 2, 'fail'],
    ['too few, and not yet certain', 9, 1, 'inconclusive'],
  ])('%s', (_, good, bad, outcome) => {
    const check = success(0.99, [{ calls: good }, { calls: bad, outcome: 'tool-error' }]);
    expect(check?.outcome).toBe(outcome);
    if (outcome === 'inconclusive') expect(check?.evidence).toContain('at least 100 are needed');
  });

  it('says how low the true rate may be while the calls do not prove it', () => {
    // 0.05^(1/250) = 0.98809, by hand.
    expect(success(0.99, [{ calls: 250 }])?.evidence).toContain('the true rate may be as low as 98.81 % (95 %)');
    expect(success(0.99, [{ calls: 299 }])?.evidence).not.toContain('may be as low');
  });

  it('of 100 % is missed by a single failure', () => {
    expect(success(1, [{ calls: 5000 }, { calls: 1, outcome: 'timeout' }])?.outcome).toBe('fail');
    expect(success(1, [{ calls: 5000 }])?.outcome).toBe('pass');
  });
});

describe('latency', () => {
  it('names figure, calls and limit in its evidence', () => {
    const [check] = checksOf({
      slo: { p95Ms: 400 },
      batches: [
        { calls: 1470, responseMs: 212 },
        { calls: 10, responseMs: 500 },
      ],
    });
    expect(check).toMatchObject({
      name: 'normal load: p95',
      source: 'slo',
      metric: 'p95',
      limit: 400_000,
      unit: 'us',
      outcome: 'pass',
    });
    expect(check?.actual).toBeGreaterThanOrEqual(212_000);
    expect(check?.actual).toBeLessThanOrEqual(212_212);
    expect(check?.evidence).toBe('p95 212 ms over 1,480 calls; 10 above the limit of 400 ms');
  });

  it('agrees with sorting and nearest rank wherever there are enough calls', () => {
    const quantiles = { p50Ms: 0.5, p90Ms: 0.9, p95Ms: 0.95, p99Ms: 0.99 } as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(quantiles) as (keyof typeof quantiles)[])),
        fc.integer({ min: 300, max: 700 }),
        fc.nat(120),
        fc.nat(40),
        (key, quick, slow, unanswered) => {
          const batches: Batch[] = [
            { calls: quick, responseMs: 50 },
            { calls: slow, responseMs: 900 },
            { calls: unanswered, outcome: 'timeout', responseMs: 100 },
          ];
          const total = quick + slow + unanswered;
          const meets = Math.ceil(quantiles[key] * total - 1e-9) <= quick;
          expect(outcomesOf({ slo: { [key]: 400 }, batches })).toEqual([meets ? 'pass' : 'fail']);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves answered failures out: they are a matter of success', () => {
    const [check] = checksOf({
      slo: { p95Ms: 400 },
      batches: [{ calls: 100 }, { calls: 900, responseMs: 3000, outcome: 'tool-error' }],
    });
    expect(check).toMatchObject({ outcome: 'pass' });
    expect(check?.evidence).toContain('over 100 calls');
  });

  it('ranks unanswered calls above all: a quantile among them is null and missed', () => {
    const [check] = checksOf({
      slo: { p95Ms: 400 },
      batches: [{ calls: 900 }, { calls: 60, outcome: 'dropped' }, { calls: 40, outcome: 'connection-reset' }],
    });
    expect(check).toMatchObject({ outcome: 'fail', actual: null });
    expect(check?.evidence).toBe(
      'p95 is among calls that were never answered (1,000 calls, 100 never answered); 100 above the limit of 400 ms',
    );
  });

  it.each([
    ['p50Ms', 5],
    ['p90Ms', 29],
    ['p95Ms', 59],
    ['p99Ms', 299],
    ['p999Ms', 2995],
  ] as const)('of %s wants %d calls before it passes', (key, needed) => {
    expect(outcomesOf({ slo: { [key]: 400 }, batches: [{ calls: needed - 1 }] })).toEqual(['inconclusive']);
    expect(outcomesOf({ slo: { [key]: 400 }, batches: [{ calls: needed }] })).toEqual(['pass']);
  });

  it('fails on few calls once no number of good ones up to the minimum could save it', () => {
    const certain = Math.floor(0.05 * minimumSamples(0.95)) + 1;
    expect(outcomesOf({ slo: { p95Ms: 400 }, batches: [{ calls: certain, responseMs: 900 }] })).toEqual(['fail']);
    expect(outcomesOf({ slo: { p95Ms: 400 }, batches: [{ calls: certain - 1, responseMs: 900 }] })).toEqual(['inconclusive']);
  });

  it('never reads above its limit and passes: what lies in the bucket of the limit counts as on it', () => {
    // 399.9 ms and 400 ms share a bucket of 256 us.
    const [check] = checksOf({
      slo: { p95Ms: 400 },
      batches: [
        { calls: 500, responseMs: 399.9 },
        { calls: 20, responseMs: 405 },
      ],
    });
    expect(check?.outcome).toBe('pass');
    expect(check?.actual).toBeLessThanOrEqual(400_000);
  });

  it('judges the exact maximum, and misses it when a call was never answered', () => {
    const max = (last: Batch) => outcomesOf({ slo: { maxMs: 400 }, batches: [{ calls: 9 }, last] });
    expect(max({ calls: 1, responseMs: 400 })).toEqual(['pass']);
    expect(max({ calls: 1, responseMs: 400.001 })).toEqual(['fail']);
    expect(max({ calls: 1, outcome: 'timeout' })).toEqual(['fail']);
  });

  it('never passes without data', () => {
    const slo = {
      success: 0.5,
      p50Ms: 1,
      p95Ms: 400,
      maxMs: 1,
      tools: { search: { p95Ms: 1 } },
      during: { burst: { success: 0.1 } },
    };
    expect(outcomesOf({ slo, batches: [] })).toEqual(Array(6).fill('inconclusive'));
    const givenUp: Batch = { calls: 50, outcome: 'dropped-by-generator' };
    expect(outcomesOf({ slo: { p95Ms: 400, success: 0.1 }, batches: [givenUp] })).toEqual(['inconclusive', 'inconclusive']);
  });
});

describe('what is judged', () => {
  const phases = [
    { name: 'warm-up', kind: 'warm-up' },
    { name: 'steady', kind: 'steady' },
    { name: 'peak', kind: 'burst' },
    { name: 'steady: slow@db', kind: 'fault' },
  ] as const;
  const good = (segment: number, tool = 'search'): Batch => ({ calls: 400, segment, tool });
  const bad = (segment: number, tool = 'search'): Batch => ({ calls: 400, segment, tool, outcome: 'server-error' });

  it('is steady, ramp, burst and closed together, never warm-up or fault', () => {
    const check = checksOf({ slo: { success: 0.99 }, phases, batches: [bad(0), good(1), good(2), bad(3)] })[0];
    expect(check).toMatchObject({ outcome: 'pass', actual: 1 });
    expect(check?.evidence).toContain('of 800 calls');
  });

  it('merges phases call by call and does not average their figures', () => {
    // 10 slow calls of 20 in one phase, 0 of 980 in the other: the mean of both p95 would be far above the limit.
    const batches: Batch[] = [
      { calls: 980, segment: 1 },
      { calls: 10, segment: 2 },
      { calls: 10, segment: 2, responseMs: 2000 },
    ];
    expect(outcomesOf({ slo: { p95Ms: 400 }, phases, batches })).toEqual(['pass']);
  });

  it('is each tool by itself where the SLO names it, over the judged phases', () => {
    const slo = { tools: { place: { success: 0.99 }, search: { success: 0.99 }, never: { p95Ms: 300 } } };
    const failures: Batch = { calls: 20, segment: 1, tool: 'place', outcome: 'timeout' };
    const checks = checksOf({ slo, phases, batches: [good(1), good(2, 'place'), bad(3), failures] });
    expect(checks.map(({ scope, outcome }) => [scope, outcome])).toEqual([
      ['tool place', 'fail'],
      ['tool search', 'pass'],
      ['tool never', 'inconclusive'],
    ]);
  });

  it('is a kind or a phase by name where `during` says so', () => {
    const limit = { success: 0.99 };
    const slo = { during: { fault: limit, peak: limit, burst: limit, 'warm-up': limit } };
    const checks = checksOf({ slo, phases, batches: [good(0), good(1), good(2), bad(3)] });
    expect(checks.map(({ scope, outcome }) => [scope, outcome])).toEqual([
      ['during faults', 'fail'],
      ['phase peak', 'pass'],
      ['bursts', 'pass'],
      ['phase warm-up', 'pass'],
    ]);
  });
});
