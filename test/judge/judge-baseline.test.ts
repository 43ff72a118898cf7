import { describe, expect, it } from 'vitest';
import type { JudgedBaseline } from '../../src/journal/start-entry.js';
import { judgeBaseline } from '../../src/judge/judge-baseline.js';
import type { BaselineLimits } from '../../src/scenario/objective.js';
import { type Batch, madeRun, SECONDS } from './made-result.js';

const against = (limits: Partial<BaselineLimits>, batches: readonly Batch[], more: Partial<JudgedBaseline> = {}) =>
  judgeBaseline({ limits: { tolerance: 1.5, ...limits }, source: 'in place', ...more }, madeRun({ batches }));

describe('latency against a baseline', () => {
  it.each([
    [149, 'pass'],
    [151, 'fail'],
  ])('of 100 ms and tolerance 1.5: %d ms is a %s', (responseMs, outcome) => {
    const [check] = against({ p95Ms: 100 }, [{ calls: 1000, responseMs }]);
    expect(check).toMatchObject({ name: 'baseline: p95', source: 'baseline', limit: 150_000, outcome });
    expect(check?.evidence).toContain('baseline 100 ms x 1.5');
  });

  it('never fails a run for being better', () => {
    expect(
      against({ p50Ms: 100, p95Ms: 200, p99Ms: 300 }, [{ calls: 1000, responseMs: 1 }]).map(({ outcome }) => outcome),
    ).toEqual(['pass', 'pass', 'pass']);
  });

  it('needs the calls that the SLO needs', () => {
    expect(against({ p99Ms: 100 }, [{ calls: 298 }])[0]?.outcome).toBe('inconclusive');
    expect(against({ p99Ms: 100 }, [{ calls: 299 }])[0]?.outcome).toBe('pass');
  });
});

describe('error rate against a baseline', () => {
  const failures = (bad: number, of: number): Batch[] => [{ calls: of - bad }, { calls: bad, outcome: 'tool-error' }];

  it.each([
    ['within tolerance', 0.1, failures(150, 1000), 'pass'],
    ['one more', 0.1, failures(151, 1000), 'fail'],
    ['a clean run', 0.001, failures(0, 100), 'pass'],
    ['few calls, one of which failed', 0.001, failures(1, 100), 'inconclusive'],
    ['so many that no more calls could save it', 0.001, failures(4, 100), 'fail'],
    ['a baseline without errors, and one', 0, failures(1, 5000), 'fail'],
    ['a baseline worse than any run can be', 0.9, failures(50, 50), 'pass'],
    ['no calls', 0.1, [], 'inconclusive'],
  ] as const)('%s', (_, errorRate, batches, outcome) => {
    expect(against({ errorRate }, batches)[0]).toMatchObject({ name: 'baseline: error rate', outcome });
  });
});

describe('throughput against a baseline', () => {
  const offered = (perS: number, failing = 0): Batch[] => [
    { calls: (perS - failing) * SECONDS },
    { calls: failing * SECONDS, outcome: 'server-error' },
  ];

  it('counts downward: 50 % worse is the limit divided by 1.5', () => {
    expect(against({ throughputPerS: 90 }, offered(100, 39))[0]).toMatchObject({ outcome: 'pass', actual: 61, limit: 60 });
    expect(against({ throughputPerS: 90 }, offered(100, 41))[0]).toMatchObject({ outcome: 'fail', actual: 59 });
  });

  it('is not judged where less was offered than the baseline asks for', () => {
    const [check] = against({ throughputPerS: 1000 }, offered(50));
    expect(check).toMatchObject({ outcome: 'not-applicable', evidence: 'not applicable: 50.0/s offered, limit 1,000/s' });
  });

  it('takes the short fall of Poisson arrivals for what it is', () => {
    // 100/s over 10 s has a standard deviation of 3.2/s.
    expect(against({ throughputPerS: 100 }, offered(95))[0]?.outcome).toBe('pass');
    expect(against({ throughputPerS: 100 }, offered(80))[0]?.outcome).toBe('not-applicable');
  });
});

describe('a saved baseline', () => {
  const calls: Batch[] = [{ calls: 1000 }];

  it('of another workload is not compared at all', () => {
    const checks = against({ p95Ms: 1 }, calls, { source: 'orders.json', scenarioHash: 'f'.repeat(64) });
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({ outcome: 'inconclusive', evidence: expect.stringContaining('another workload') });
    expect(against({ p95Ms: 100 }, calls, { scenarioHash: 'sha256-made' })[0]?.outcome).toBe('pass');
  });

  it('of another machine is compared with a warning', () => {
    const checks = against({ p95Ms: 100 }, calls, { source: 'orders.json', host: { cores: 64, hostname: 'elsewhere' } });
    expect(checks.map(({ outcome }) => outcome)).toEqual(['pass', 'not-applicable']);
    expect(checks[1]?.evidence).toContain('another machine (cores differ)');
    expect(against({ p95Ms: 100 }, calls, { host: { cores: 2, hostname: 'elsewhere' } })).toHaveLength(1);
  });
});
