import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import { judge } from '../../src/judge/judge.js';
import { judgedAnalysis, judgedResult } from '../../src/judge/judged-result.js';
import { baselineOf, judgedBaseline, limitsOf, loadBaseline, saveBaseline } from '../../src/judge/saved-baseline.js';
import type { Result } from '../../src/result/result.js';
import { scratchFolder } from '../fixtures/scratch-folder.js';
import { type MadeRun, madeRun } from './made-result.js';

const savedAt = new Date('2026-11-21T06:00:00.000Z');
const resultOf = (run: MadeRun): Result => {
  const analysis = madeRun(run);
  const verdict = judge(analysis);
  return judgedResult(judgedAnalysis(analysis, verdict), verdict);
};
let made = 0;
const runAt = (responseMs: number, more: Partial<MadeRun> = {}): Result =>
  resultOf({
    start: { runId: `run-${++made}` },
    slo: { success: 0.9 },
    batches: [
      { calls: 500, responseMs },
      { calls: 10, outcome: 'tool-error' },
    ],
    ...more,
  });

const TWICE = runAt(100, { start: { runId: 'twice' } });

let path: string;
beforeEach(() => {
  path = join(scratchFolder('baseline'), 'orders.json');
});

describe('a saved baseline', () => {
  it('judges by the median of its runs', () => {
    saveBaseline(path, [runAt(100), runAt(300), runAt(140)], { savedAt });
    const judged = judgedBaseline({ file: path });
    expect(judged).toMatchObject({ source: 'orders.json', runs: 3, scenarioHash: 'sha256-made', host: { cores: 2 } });
    expect(judged?.limits.tolerance).toBe(1.5);
    expect(judged?.limits.p95Ms).toBeCloseTo(140, 0);
    expect(judged?.limits.errorRate).toBeCloseTo(10 / 510, 9);
    expect(judged?.limits.throughputPerS).toBe(50);
  });

  it('counts calls and failures of all its runs together', () => {
    const clean = () => runAt(100, { batches: [{ calls: 490, responseMs: 100 }] });
    const saved = saveBaseline(path, [runAt(100), clean(), clean()], { savedAt });
    expect(saved.runs.map(({ calls, failures }) => [calls, failures])).toEqual([
      [510, 10],
      [490, 0],
      [490, 0],
    ]);
    const judged = judgedBaseline({ file: path });
    expect(judged?.counted).toEqual({ calls: 1490, failures: 10 });
    expect(judged?.limits.errorRate).toBeCloseTo(10 / 1490, 12);
  });

  it('judges by the median error rate where a run of an older version has no count', () => {
    const saved = saveBaseline(path, [runAt(100), runAt(100)], { savedAt });
    const { failures: _, ...old } = saved.runs[0] as NonNullable<(typeof saved.runs)[0]>;
    writeFileSync(path, JSON.stringify({ ...saved, runs: [{ ...old, errorRate: 0.5 }, saved.runs[1]] }));
    const judged = judgedBaseline({ file: path });
    expect(judged).not.toHaveProperty('counted');
    expect(judged?.limits.errorRate).toBeCloseTo((0.5 + 10 / 510) / 2, 9);
  });

  it('takes the mean of the middle two of an even number of runs', () => {
    expect(limitsOf(baselineOf([runAt(100), runAt(200), runAt(120), runAt(999)], { savedAt })).p50Ms).toBeCloseTo(160, 0);
  });

  it('finds a run of the same speed as good as itself, and one at twice the time worse', () => {
    saveBaseline(path, [runAt(100), runAt(104), runAt(98)], { savedAt });
    const baseline = judgedBaseline({ file: path });
    const verdictOf = (responseMs: number) =>
      judge(madeRun({ slo: { success: 0.9 }, batches: [{ calls: 510, responseMs }], start: { baseline: baseline as never } }));
    expect(verdictOf(101)).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(verdictOf(200)).toMatchObject({ outcome: 'fail', exitCode: 4 });
  });

  it('comes back as it was saved, with its histograms', () => {
    const saved = saveBaseline(path, [runAt(100)], { savedAt, tolerance: 2 });
    expect(loadBaseline(path)).toEqual(saved);
    expect(saved).toMatchObject({ savedAt: '2026-11-21T06:00:00.000Z', tolerance: 2 });
    expect(saved.runs[0]?.response).toMatchObject({ minUs: 100_000, maxUs: 100_000, sumUs: 50_000_000 });
  });

  it('grows: the runs of a file come first, with its tolerance, and none counts twice', () => {
    const [first, second] = [runAt(100), runAt(110)];
    const saved = saveBaseline(path, [first], { savedAt, tolerance: 1.3 });
    const grown = saveBaseline(path, [second], { savedAt, kept: [loadBaseline(path)] });
    expect(grown.runs.map(({ runId }) => runId)).toEqual([first.run.id, second.run.id]);
    expect(grown.tolerance).toBe(1.3);
    expect(grown.runs[0]).toEqual(saved.runs[0]);
    expect(baselineOf([], { savedAt, kept: [grown], tolerance: 2 })).toMatchObject({ tolerance: 2, runs: grown.runs });
    expect(() => baselineOf([second], { savedAt, kept: [grown] })).toThrow(`run ${second.run.id} is named twice`);
    const other = runAt(100, { start: { runId: 'other', scenarioHash: 'another' } });
    expect(() => baselineOf([other], { savedAt, kept: [grown] })).toThrow(/run other cannot be part .* workload differs/);
    expect(() =>
      baselineOf([runAt(100)], {
        savedAt,
        kept: [
          {
            ...grown,
            runs: [...grown.runs, { ...(grown.runs[0] as NonNullable<(typeof grown.runs)[0]>), runId: 'x', scenarioHash: 'y' }],
          },
        ],
      }),
    ).toThrow(/run x cannot be part/);
  });

  it('keeps the sitting of each run', () => {
    const host = { cores: 2, hostname: 'ci-1', boot: 'abc' };
    const saved = baselineOf([runAt(100, { start: { runId: 'a', host } })], { savedAt });
    expect(saved.runs[0]).toMatchObject({ host, sitting: { host: 'ci-1', boot: 'abc', day: '2026-11-21' } });
  });

  it('leaves out quantiles that a run was too short for, or that lie among unanswered calls', () => {
    const short = limitsOf(baselineOf([resultOf({ batches: [{ calls: 100 }] })], { savedAt }));
    expect([short.p95Ms, short.p99Ms]).toEqual([10, undefined]);
    const lossy = resultOf({ batches: [{ calls: 960 }, { calls: 40, outcome: 'timeout' }] });
    expect(limitsOf(baselineOf([lossy], { savedAt }))).toMatchObject({ p95Ms: 10 });
    expect(limitsOf(baselineOf([lossy], { savedAt })).p99Ms).toBeUndefined();
  });

  it('keeps what each quantile can have been but for the delay of its machine, and holds a later pass against that', () => {
    // Starts were 10 ms late: 90 ms may be all that the server needed.
    const late = runAt(100, { batches: [{ calls: 510, responseMs: 100, latenessUs: 10_000 }] });
    const saved = saveBaseline(path, [late], { savedAt });
    expect(saved.runs[0]?.low?.p95Us).toBeGreaterThanOrEqual(89_900);
    expect(saved.runs[0]?.low?.p95Us).toBeLessThanOrEqual(90_100);
    const baseline = judgedBaseline({ file: path });
    const p95At = (responseMs: number) =>
      judge(madeRun({ batches: [{ calls: 510, responseMs }], start: { baseline: baseline as never } })).checks.find(
        ({ name }) => name === 'baseline: p95',
      );
    expect(p95At(134)).toMatchObject({ outcome: 'pass', certain: true });
    expect(p95At(140)).toMatchObject({ outcome: 'invalid', certain: false });
    expect(p95At(140)?.evidence).toContain('up to 10.0 ms of the baseline may be the machine that it was made on: in doubt');
    expect(p95At(151)).toMatchObject({ outcome: 'fail', certain: true });
  });

  it('reads a file that knows nothing of the kind as before', () => {
    const saved = saveBaseline(path, [runAt(100)], { savedAt });
    const { low: _, failures: __, ...old } = saved.runs[0] as NonNullable<(typeof saved.runs)[0]>;
    writeFileSync(path, JSON.stringify({ ...saved, runs: [old] }));
    const judged = judgedBaseline({ file: path });
    expect(judged).not.toHaveProperty('low');
    expect(judged).not.toHaveProperty('counted');
    expect(judged?.limits).toEqual(limitsOf(saved));
  });

  it.each<[string, readonly Result[], RegExp]>([
    ['no run', [], /at least one run/],
    [
      'a run in doubt',
      [resultOf({ slo: { p95Ms: 400 }, batches: [{ calls: 400, responseMs: 430, latenessUs: 90_000 }] })],
      /in doubt: starts were 90.* late at p99 during steady/,
    ],
    [
      'a run of which a fifth may be the delay of its machine',
      [runAt(100, { batches: [{ calls: 510, responseMs: 100, latenessUs: 25_000 }] })],
      /its p50 is 100 ms, and without the delay of the machine that made it it may be 7[45]\S* ms/,
    ],
    ['a run that was cut short', [runAt(100, { end: 'cut-short' })], /did not run to its end \(cut-short\)/],
    [
      'runs of two workloads',
      [runAt(100), runAt(100, { start: { scenarioHash: 'another', runId: 'second' } })],
      /run second .*differs/,
    ],
    ['a run that is named twice', [TWICE, TWICE], /run twice is named twice/],
    ['a run without judged calls', [runAt(100, { phases: [{ name: 'w', kind: 'warm-up' }] })], /no calls in judged phases/],
  ])('refuses %s', (_, results, message) => {
    expect(() => baselineOf(results, { savedAt })).toThrow(PlimsollError);
    expect(() => baselineOf(results, { savedAt })).toThrow(message);
  });

  it.each([
    ['no JSON', '{', /cannot read the baseline/],
    ['another schema', '{"schema":"plimsoll.result/1"}', /not a baseline of schema plimsoll\.baseline\/1 at schema/],
  ])('names the file that is %s', (_, text, message) => {
    writeFileSync(path, text);
    expect(() => loadBaseline(path)).toThrow(message);
    expect(() => loadBaseline(path)).toThrow(path);
  });

  it('names the field that is wrong', () => {
    const saved = saveBaseline(path, [runAt(100)], { savedAt });
    writeFileSync(path, JSON.stringify({ ...saved, runs: [{ ...saved.runs[0], errorRate: 7 }] }));
    expect(() => loadBaseline(path)).toThrow(/at runs\.0\.errorRate/);
    writeFileSync(path, JSON.stringify({ ...saved, runs: [{ ...saved.runs[0], failures: 511 }] }));
    expect(() => loadBaseline(path)).toThrow(/at runs\.0\.failures: more failures than calls/);
  });

  it('says that a file is missing or cannot be written', () => {
    expect(() => loadBaseline(path)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => saveBaseline(join(path, 'no', 'folder'), [runAt(100)], { savedAt })).toThrow(
      expect.objectContaining({ exitCode: 8 }),
    );
  });

  it('keeps each list of counts on one line, for diffs of a file that is under version control', () => {
    saveBaseline(path, [runAt(100)], { savedAt });
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(50);
  });

  it('is not needed where limits stand in the scenario', () => {
    const limits = { p95Ms: 500, tolerance: 1.5 };
    expect(judgedBaseline(limits)).toEqual({ limits, source: 'in place' });
    expect(judgedBaseline(undefined)).toBeUndefined();
  });
});
