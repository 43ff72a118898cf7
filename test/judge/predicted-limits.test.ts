import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JudgedBaseline } from '../../src/journal/start-entry.js';
import type { BaselineRun, SavedBaseline } from '../../src/judge/baseline-schema.js';
import { judge } from '../../src/judge/judge.js';
import { judgeBaseline } from '../../src/judge/judge-baseline.js';
import { predictedFigures, predictedLimit } from '../../src/judge/predicted-limits.js';
import { judgedBaseline } from '../../src/judge/saved-baseline.js';
import { bySitting, sittingOf } from '../../src/judge/sitting.js';
import { normalQuantile } from '../../src/statistics/normal-quantile.js';
import { studentTQuantile } from '../../src/statistics/student-t.js';
import { seeded } from '../analysis/made-journal.js';
import { scratchFolder } from '../fixtures/scratch-folder.js';
import { baselineRun, baselineWith } from './made-baseline.js';
import { madeRun } from './made-result.js';

/** A run of a baseline: p95 in milliseconds, on a day. */
const runOf = (at: number, p95Ms: number, day: number, more: Partial<BaselineRun> = {}): BaselineRun =>
  baselineRun(at, {
    scenarioHash: 'sha256-made',
    sitting: { host: 'ci', boot: 'b', day: `2026-11-${String(day).padStart(2, '0')}` },
    p95Us: p95Ms * 1000,
    ...more,
  });
const savedOf = (runs: readonly BaselineRun[]): SavedBaseline => ({ ...baselineWith([...runs]), scenarioHash: 'sha256-made' });
/** Ten days of one run each, around 100 ms. */
const P95S = [98, 101, 103, 97, 100, 102, 99, 104, 96, 100];
const TEN = P95S.map((p95, at) => runOf(at, p95, at + 1));

let path: string;
beforeEach(() => {
  path = join(scratchFolder('predicted'), 'orders.json');
});
function judged(runs: readonly BaselineRun[]): JudgedBaseline {
  writeFileSync(path, JSON.stringify(savedOf(runs)));
  const baseline = judgedBaseline({ file: path });
  if (baseline === undefined) throw new Error('no baseline');
  return baseline;
}
const p95At = (baseline: JudgedBaseline, responseMs: number, start = {}) =>
  judgeBaseline(baseline, madeRun({ batches: [{ calls: 1000, responseMs }], start })).find(
    ({ name }) => name === 'baseline: p95',
  );

describe('a sitting', () => {
  it('is host, boot and day', () => {
    expect(sittingOf({ host: { hostname: 'ci', boot: 'b' }, startedAt: '2026-11-21T23:59:59.000Z' })).toEqual({
      host: 'ci',
      boot: 'b',
      day: '2026-11-21',
    });
    expect(sittingOf({ host: {}, startedAt: '2026-11-21T06:00:00.000Z' })).toEqual({ host: 'unnamed', day: '2026-11-21' });
    const at = (host: string, boot: string, day: string) => ({ sitting: { host, boot, day } });
    const groups = bySitting([at('a', '1', 'x'), at('a', '2', 'x'), at('b', '1', 'x'), at('a', '1', 'y'), at('a', '1', 'x')]);
    expect(groups?.map(({ length }) => length)).toEqual([2, 1, 1, 1]);
    expect(bySitting([at('a', '1', 'x'), {}])).toBeUndefined();
  });
});

describe('a baseline of enough runs', () => {
  it('predicts the next run: the t bound of the logs, shared between the figures', () => {
    const predicted = predictedFigures(savedOf(TEN)) as NonNullable<JudgedBaseline['predicted']>;
    expect([predicted.runs, predicted.sittings]).toEqual([10, 10]);
    // Two figures are known: p95 and throughput, each with half of 1 %.
    const logs = P95S.map((p95) => Math.log(p95));
    const mean = logs.reduce((sum, log) => sum + log, 0) / 10;
    const sd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 9);
    const limit = predictedLimit(predicted, 'p95');
    expect(limit?.centre).toBeCloseTo(Math.exp(mean), 9);
    // t(0.995, 9) = 3.249836. Rounded outward to three digits.
    const exact = Math.exp(mean + 3.249836 * sd * Math.sqrt(1.1));
    expect(studentTQuantile(0.995, 9)).toBeCloseTo(3.249836, 6);
    expect(exact).toBeCloseTo(109.2, 0);
    expect(limit?.limit).toBe(Math.ceil(exact));
    // Throughput never varied: 5 % are left all the same.
    expect(predictedLimit(predicted, 'throughput')?.limit).toBe(95.2);
    expect(predictedLimit(predicted, 'p50')).toBeUndefined();
  });

  it('judges by that, in place of its tolerance', () => {
    const baseline = judged(TEN);
    expect(p95At(baseline, 107)).toMatchObject({ outcome: 'pass' });
    const worse = p95At(baseline, 112);
    expect(worse).toMatchObject({ outcome: 'fail' });
    expect(worse?.evidence).toMatch(
      /\(baseline 100.0 ms, predicted by 10 runs of 10 sittings: at most 109 ms\)|baseline 100 ms, predicted by 10 runs of 10 sittings: at most 1\d\d ms/,
    );
  });

  it.each<[string, readonly BaselineRun[]]>([
    ['fewer runs', TEN.slice(0, 9)],
    ['fewer sittings', P95S.map((p95, at) => runOf(at, p95, 1 + (at % 4)))],
    ['runs of an older version among them', [...TEN.slice(0, 9), runOf(9, 100, 10, { sitting: undefined })]],
    ['too few runs of the class of the last one', [runOf(10, 100, 11, { host: { cores: 8 } }), ...TEN.slice(0, 9)]],
  ])('goes by its tolerance with %s', (_, runs) => {
    const baseline = judged(runs);
    expect(baseline).not.toHaveProperty('predicted');
    expect(p95At(baseline, 112)).toMatchObject({ outcome: 'pass', evidence: expect.stringContaining('x 1.5') });
  });

  it('goes by its tolerance on another class of machine, and warns', () => {
    const baseline = judged(TEN);
    const start = { host: { cores: 64 } };
    expect(p95At(baseline, 112, start)).toMatchObject({ outcome: 'pass', evidence: expect.stringContaining('x 1.5') });
    const checks = judgeBaseline(baseline, madeRun({ batches: [{ calls: 1000, responseMs: 112 }], start }));
    expect(checks.at(-1)).toMatchObject({ name: 'baseline: machine', outcome: 'not-applicable', warning: true });
  });

  it('fails a gate only by what is predicted, and warns of all else', () => {
    const stored = (runs: readonly BaselineRun[], batches: Parameters<typeof madeRun>[0]['batches'], start = {}) => {
      writeFileSync(path, JSON.stringify(savedOf(runs)));
      const baseline = judgedBaseline({ file: path, stored: true }) as JudgedBaseline;
      const verdict = judge(madeRun({ slo: { success: 0, p95Ms: 60_000 }, batches, start: { ...start, baseline } }));
      return { verdict, p95: verdict.checks.find(({ name }) => name === 'baseline: p95') };
    };
    const slow = [{ calls: 1000, responseMs: 300 }];
    expect(stored(TEN, slow)).toMatchObject({ verdict: { outcome: 'fail', exitCode: 4 }, p95: { outcome: 'fail' } });
    const few = stored(TEN.slice(0, 4), slow);
    expect(few).toMatchObject({ verdict: { outcome: 'pass', exitCode: 0 }, p95: { outcome: 'not-applicable' } });
    expect(few.p95?.warning).toBe(true);
    expect(few.p95?.evidence).toContain('a warning alone: saved runs fail a gate from 10 runs of 5 sittings on');
    const elsewhere = stored(TEN, slow, { host: { cores: 64 } });
    expect(elsewhere).toMatchObject({ verdict: { outcome: 'pass', exitCode: 0 }, p95: { outcome: 'not-applicable' } });
    expect(elsewhere.p95?.evidence).toContain('the saved runs were made on another machine');
    // The same with failures, which no prediction bounds.
    const failing = [{ calls: 900 }, { calls: 100, outcome: 'tool-error' as const }];
    expect(stored(TEN, failing).verdict).toMatchObject({ exitCode: 4 });
    expect(stored(TEN.slice(0, 4), failing).verdict).toMatchObject({ exitCode: 0 });
    // A pass stays one.
    expect(stored(TEN.slice(0, 4), [{ calls: 1000, responseMs: 100 }]).p95).toMatchObject({ outcome: 'pass' });
    // As a baseline of a run the same few do fail it.
    expect(p95At(judged(TEN.slice(0, 4)), 300)).toMatchObject({ outcome: 'fail' });
  });

  it('leaves a pass in doubt where the machines of the baseline may have made it', () => {
    const noisy = P95S.map((p95, at) => runOf(at, p95, at + 1, { low: { p95Us: p95 * 900 } }));
    const baseline = judged(noisy);
    expect(p95At(baseline, 95)).toMatchObject({ outcome: 'pass' });
    const doubtful = p95At(baseline, 105);
    expect(doubtful).toMatchObject({ outcome: 'invalid' });
    expect(doubtful?.evidence).toContain('up to 10.0 ms of the baseline may be the machine');
    expect(p95At(baseline, 112)).toMatchObject({ outcome: 'fail' });
  });

  it('bounds throughput from below', () => {
    const baseline = judged(TEN);
    const checkOf = (failing: number) =>
      judgeBaseline(
        baseline,
        madeRun({ batches: [{ calls: 1000 - failing }, { calls: failing, outcome: 'server-error' }] }),
      ).find(({ name }) => name === 'baseline: throughput');
    expect(checkOf(40)).toMatchObject({ outcome: 'pass' });
    expect(checkOf(60)).toMatchObject({ outcome: 'fail', evidence: expect.stringContaining('at least 95.2/s') });
  });

  it('calls a run of an unchanged build worse in one of a hundred cases', () => {
    const random = seeded(20_261_203);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    const trials = 8000;
    let [alarms, found] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const p95Of = () => 100 * Math.exp(0.06 * normal());
      const runs = P95S.map((_, at) => runOf(at, p95Of(), at + 1));
      const predicted = predictedFigures(savedOf(runs));
      const limit = predicted && predictedLimit(predicted, 'p95')?.limit;
      const next = p95Of();
      if (limit === undefined) throw new Error('no limit');
      if (next > limit) alarms++;
      if (next * 1.4 > limit) found++;
    }
    // Half of 1 %: the other half is that of throughput.
    expect(Math.abs(alarms / trials - 0.005)).toBeLessThan(4 * Math.sqrt((0.005 * 0.995) / trials));
    expect(found / trials).toBeGreaterThan(0.9);
  });
});
