import { describe, expect, it } from 'vitest';
import { type ComparableRun, compareRuns } from '../../src/compare/compare-runs.js';
import type { ComparedScope, RunComparison } from '../../src/compare/comparison.js';
import { judge } from '../../src/judge/judge.js';
import { judgedAnalysis } from '../../src/judge/judged-result.js';
import type { SelfCheck } from '../../src/result/self-check.js';
import { normalQuantile } from '../../src/statistics/normal-quantile.js';
import { quantileInterval } from '../../src/statistics/quantile-interval.js';
import { seeded } from '../analysis/made-journal.js';
import { type Batch, type MadeRun, madeRun } from '../judge/made-result.js';

const resultOf = (run: MadeRun): ComparableRun => {
  const analysis = madeRun(run);
  return judgedAnalysis(analysis, judge(analysis)).result;
};
/** 1 ms, 2 ms, ... times a factor, a call each. */
const rising = (calls: number, factor = 1, tool = 'search'): Batch[] =>
  Array.from({ length: calls }, (_, i) => ({ calls: 1, responseMs: (i + 1) * factor, tool }));
const scopeOf = ({ scopes }: RunComparison, by: ComparedScope['by'], name: string): ComparedScope => {
  const found = scopes.find((scope) => scope.by === by && scope.name === name);
  if (found === undefined) throw new Error(`no ${by} ${name} among ${scopes.map((scope) => scope.name).join(', ')}`);
  return found;
};
const all = (comparison: RunComparison): ComparedScope => scopeOf(comparison, 'all', 'all judged calls');

describe('two runs side by side', () => {
  it('tells the change of each quantile, with the order statistics of each run', () => {
    const { a, b, change } = all(compareRuns(resultOf({ batches: rising(1000) }), resultOf({ batches: rising(1000, 1.2) })));
    const ranks = quantileInterval(1000, 0.95);
    // Call number k took k ms: the interval is its own ranks, to the width of a bucket.
    expect(a?.p95?.us).toBeCloseTo(950_000, -4);
    expect((a?.p95?.interval?.low ?? 0) / 1000 / (ranks?.low ?? 0)).toBeCloseTo(1, 2);
    expect((a?.p95?.interval?.high ?? 0) / 1000 / (ranks?.high ?? 0)).toBeCloseTo(1, 2);
    expect((b?.p95?.interval?.low ?? 0) / 1200 / (ranks?.low ?? 0)).toBeCloseTo(1, 2);
    expect(change.p50).toBeCloseTo(0.2, 2);
    expect(change.p95).toBeCloseTo(0.2, 2);
    expect(change.p99).toBeCloseTo(0.2, 2);
    expect([change.success, change.goodput]).toEqual([0, 0]);
  });

  it('tells success in points and goodput as a ratio', () => {
    const before = resultOf({ batches: [{ calls: 1000 }] });
    const after = resultOf({ batches: [{ calls: 900 }, { calls: 100, outcome: 'tool-error' }] });
    const { a, b, change } = all(compareRuns(before, after));
    expect([a?.calls, a?.failed, b?.calls, b?.failed]).toEqual([1000, 0, 1000, 100]);
    expect(change.success).toBeCloseTo(-0.1, 12);
    expect(change.goodput).toBeCloseTo(-0.1, 12);
  });

  it('has a row for each phase but warm-up, and for each tool, also for what one run alone has', () => {
    const phases = [
      { name: 'warm', kind: 'warm-up' },
      { name: 'steady', kind: 'steady' },
      { name: 'peak', kind: 'burst' },
    ] as const;
    const before = resultOf({
      phases,
      batches: [
        { calls: 100, segment: 0 },
        { calls: 100, segment: 1, responseMs: 10 },
        { calls: 100, segment: 2, responseMs: 20, tool: 'old' },
      ],
    });
    const after = resultOf({ phases, batches: [{ calls: 100, segment: 1, responseMs: 15 }] });
    const comparison = compareRuns(before, after);
    expect(comparison.scopes.map(({ by, name }) => `${by} ${name}`)).toEqual([
      'all all judged calls',
      'phase steady',
      'phase peak',
      'tool search',
      'tool old',
    ]);
    expect(scopeOf(comparison, 'phase', 'steady').change.p50).toBeCloseTo(0.5, 2);
    const gone = scopeOf(comparison, 'tool', 'old');
    expect([gone.a?.calls, gone.b, gone.change]).toEqual([100, undefined, {}]);
  });

  it('has no change where a quantile lies among unanswered calls, and no upper bound where few calls give none', () => {
    const lost = resultOf({ batches: [{ calls: 900 }, { calls: 100, outcome: 'timeout' }] });
    const { b, change } = all(compareRuns(resultOf({ batches: [{ calls: 50 }] }), lost));
    expect(b?.p99?.us).toBeNull();
    expect(change.p50).toBeCloseTo(0, 9);
    expect(change).not.toHaveProperty('p99');
    const few = all(compareRuns(resultOf({ batches: [{ calls: 50 }] }), lost)).a?.p99;
    expect(few?.us).toBeGreaterThan(9_900);
    expect(few?.interval?.high).toBeNull();
  });

  it('says how far a build differed from itself, where a self-check of the machine is known', () => {
    const run = resultOf({ batches: [{ calls: 100 }] });
    const check: SelfCheck = {
      runId: 'self',
      startedAt: '2026-11-30T06:00:00.000Z',
      host: {},
      scenarioHash: 'h',
      mode: 'duet',
      phase: 'steady',
      pairs: 12,
      metrics: [
        { name: 'p95', pairSd: 0.06 },
        { name: 'cpu', pairSd: 0.01 },
      ],
    };
    const { noise, proof } = compareRuns(run, run, check);
    // t(0.975, 11) = 2.200985
    expect(noise?.within.p95).toBeCloseTo(Math.expm1(2.200985 * 0.06), 6);
    expect(proof).toContain('a build differed from itself by p95 up to +14 %, CPU per call up to +2 %');
    expect(proof).toContain('`gate --self` of 2026-11-30, in 19 of 20 cases, by 12 pairs');
    expect(compareRuns(run, run)).not.toHaveProperty('noise');
    // By simulation: the next pair lies beyond in 5 of 100 cases, up or down.
    const random = seeded(5);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    const trials = 4000;
    let beyond = 0;
    for (let trial = 0; trial < trials; trial++) {
      const logs = Array.from({ length: 12 }, () => 0.06 * normal());
      const mean = logs.reduce((sum, log) => sum + log, 0) / 12;
      const pairSd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 11);
      const own = compareRuns(run, run, { ...check, metrics: [{ name: 'p95', pairSd }] }).noise?.within.p95 ?? 0;
      if (Math.abs(0.06 * normal()) > Math.log1p(own)) beyond++;
    }
    expect(Math.abs(beyond / trials - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / trials));
  });

  it('says first what else than the build differs', () => {
    const run = { batches: [{ calls: 100 }] };
    const same = compareRuns(resultOf(run), resultOf({ ...run, start: { runId: 'second' } }));
    expect(same.caveats).toEqual([]);
    const other = compareRuns(
      resultOf(run),
      resultOf({
        ...run,
        start: { runId: 'second', scenarioHash: 'another', host: { cores: 64 }, version: '9.9.9' },
        end: 'cut-short',
      }),
    );
    expect(other.caveats).toHaveLength(4);
    expect(other.caveats[0]).toMatch(/^The workloads differ \(scenario hash sha256-made and another\)/);
    expect(other.caveats[1]).toMatch(/^The machines that made the load differ \(cores\)/);
    expect(other.caveats[2]).toMatch(/^The versions of plimsoll differ \(.* and 9\.9\.9\)/);
    expect(other.caveats[3]).toBe('B did not run to its end (cut-short).');
    expect(compareRuns(resultOf(run), resultOf(run)).caveats).toEqual(['A and B are the same run.']);
  });

  it('says that a run is in doubt', () => {
    const late = resultOf({ slo: { p95Ms: 400 }, batches: [{ calls: 400, responseMs: 430, latenessUs: 90_000 }] });
    const { caveats } = compareRuns(resultOf({ batches: [{ calls: 400 }], start: { runId: 'first' } }), late);
    expect(caveats).toEqual([expect.stringMatching(/^B is in doubt: starts were 90\S* ms late/)]);
  });
});
