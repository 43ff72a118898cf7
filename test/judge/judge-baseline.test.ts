import { describe, expect, it } from 'vitest';
import type { JudgedBaseline } from '../../src/journal/start-entry.js';
import { judgeBaseline } from '../../src/judge/judge-baseline.js';
import type { BaselineLimits } from '../../src/scenario/objective.js';
import { seeded } from '../analysis/made-journal.js';
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

describe('error rate against a baseline that counted its calls', () => {
  const failures = (bad: number, of: number): Batch[] => [{ calls: of - bad }, { calls: bad, outcome: 'tool-error' }];
  const outcomeOf = (base: readonly [number, number], run: readonly [number, number], tolerance = 1.5) =>
    against({ errorRate: base[0] / base[1], tolerance }, failures(...run), {
      counted: { failures: base[0], calls: base[1] },
    })[0];

  it('holds it to the upper bound of the count, times the tolerance', () => {
    // 1 - 0.05^(1/3900) = 0.000768 of 4,000 calls, x 1.5: 4.6 calls.
    const check = outcomeOf([0, 3900], [4, 4000]);
    expect(check?.outcome).toBe('pass');
    expect(check?.limit).toBeCloseTo(1.5 * (1 - 0.05 ** (1 / 3900)), 12);
    expect(check?.evidence).toBe(
      '0.1 % of 4,000 calls failed; baseline 0 failures in 3,900 calls, at most 0.08 % (95 % bound) x 1.5 = 0.12 %',
    );
    expect(outcomeOf([0, 3900], [5, 4000])?.outcome).toBe('fail');
  });

  it.each<[string, [number, number], [number, number], string]>([
    ['one failure more than none', [0, 3900], [1, 3900], 'pass'],
    ['one failure more than none, in a run of few calls', [0, 3900], [1, 100], 'inconclusive'],
    ['so many that no more calls could save it', [0, 3900], [3, 100], 'fail'],
    // The bound of 10 in 1,000 is 0.016896: x 1.5 of 1,000 calls are 25.3.
    ['as many as the bound leaves room for', [10, 1000], [25, 1000], 'pass'],
    ['one more than that', [10, 1000], [26, 1000], 'fail'],
    ['all, where the baseline failed too', [3, 3], [50, 50], 'pass'],
  ])('%s', (_, base, run, outcome) => {
    expect(outcomeOf(base, run)?.outcome).toBe(outcome);
  });

  it('lets one failure pass where the limit alone would leave no room for it', () => {
    // 1 - 0.05^(1/3) = 0.632, x 1.55: 0.979 of a single call is none.
    expect(outcomeOf([0, 3], [1, 1], 1.55)?.outcome).toBe('pass');
  });

  it('seldom finds a build worse than itself, and finds one that fails four times as often', () => {
    const random = seeded(20_261_130);
    const drawn = (calls: number, share: number): number => {
      let bad = 0;
      for (let i = 0; i < calls; i++) if (random() < share) bad++;
      return bad;
    };
    const runs = new Map<number, ReturnType<typeof madeRun>>();
    const alarm = (base: number, bad: number, calls: number, counted: boolean): boolean => {
      const run = runs.get(bad) ?? madeRun({ batches: failures(bad, calls) });
      runs.set(bad, run);
      const baseline: JudgedBaseline = {
        limits: { errorRate: base / calls, tolerance: 1.5 },
        source: 'orders.json',
        ...(counted ? { counted: { failures: base, calls } } : {}),
      };
      return judgeBaseline(baseline, run)[0]?.outcome === 'fail';
    };
    const TRIALS = 2000;
    const calls = 200;
    const alarms = (share: number, times: number) => {
      let [counted, plain] = [0, 0];
      for (let i = 0; i < TRIALS; i++) {
        const [base, run] = [drawn(calls, share), drawn(calls, share * times)];
        if (alarm(base, run, calls, true)) counted++;
        if (alarm(base, run, calls, false)) plain++;
      }
      return { counted: counted / TRIALS, plain: plain / TRIALS };
    };
    for (const share of [0.005, 0.015, 0.05]) {
      const { counted, plain } = alarms(share, 1);
      expect(counted, `of ${share}`).toBeLessThan(0.03);
      expect(plain, `of ${share}, without counts`).toBeGreaterThan(0.1);
    }
    expect(alarms(0.05, 4).counted).toBeGreaterThan(0.9);
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
