import { describe, expect, it } from 'vitest';
import type { EndEntry, NoteEntry } from '../../src/journal/journal-entry.js';
import { judge } from '../../src/judge/judge.js';
import { type MadeRun, madeRun } from './made-result.js';

const slo = { success: 0.99, p95Ms: 400 };
const good: MadeRun = { slo, batches: [{ calls: 400 }] };
const slow: MadeRun = { slo, batches: [{ calls: 400, responseMs: 900 }] };
/** Above the limit by less than `late` takes off. */
const close: MadeRun = { slo, batches: [{ calls: 400, responseMs: 430 }] };
const few: MadeRun = { slo, batches: [{ calls: 20 }] };
/** Worse than the baseline and inside the SLO. */
const worse: MadeRun = {
  slo,
  batches: [{ calls: 400, responseMs: 100 }],
  start: { baseline: { limits: { p95Ms: 50, tolerance: 1.5 }, source: 'in place' } },
};
const late = (run: MadeRun): MadeRun => ({
  ...run,
  batches: run.batches.map((batch) => ({ responseMs: 100, ...batch, latenessUs: 60_000 })),
});
const ended = (run: MadeRun, end: NonNullable<MadeRun['end']>): MadeRun => ({ ...run, end });
const aborted: NoteEntry = { type: 'note', t: 9, level: 'error', code: 'aborted', text: 'error rate was at least 90 %' };
const stoppedBy: Partial<MadeRun> = { start: { abort: { errorRate: 0.9, forMs: 3000 } }, extra: [aborted] };
const verdictOf = (run: MadeRun) => judge(madeRun(run));

describe('judge', () => {
  it.each<[string, MadeRun, string, number]>([
    ['all limits met', good, 'pass', 0],
    ['a limit missed', slow, 'fail', 3],
    ['too few calls', few, 'inconclusive', 5],
    ['no calls at all', { slo, batches: [] }, 'inconclusive', 5],
    ['no limits at all', { slo: {}, batches: [{ calls: 400 }] }, 'inconclusive', 5],
    ['worse than the baseline alone', worse, 'fail', 4],
    ['SLO missed and worse than the baseline', { ...worse, batches: slow.batches }, 'fail', 3],
    ['worse than the baseline, and a limit that cannot be judged', { ...worse, slo: { ...slo, p999Ms: 400 } }, 'fail', 4],
    ['a late generator, and a limit that is met all the same', late(good), 'pass', 0],
    ['a late generator, and a limit that is missed by less', late(close), 'invalid', 5],
    ['a late generator, and a limit that is missed by more', late(slow), 'fail', 3],
    ['an abort', ended(good, 'aborted'), 'fail', 3],
    ['an abort while the generator was late', { ...ended(late(good), 'aborted'), ...stoppedBy }, 'invalid', 5],
    [
      'an abort while the generator was late, of a run that missed its limits for certain',
      { ...ended(late(slow), 'aborted'), ...stoppedBy },
      'fail',
      3,
    ],
    ['a certain miss beside a doubt', { ...late(close), slo: { ...slo, p50Ms: 100 } }, 'fail', 3],
    ['worse than the baseline for certain, beside a doubt', { ...late(close), start: worse.start as never }, 'fail', 4],
    ['a doubt, and a limit that cannot be judged', { ...late(close), slo: { ...slo, p999Ms: 400 } }, 'invalid', 5],
    ['a server that exited', ended(slow, 'server-exited'), 'fail', 6],
    ['a server that exited, and a late generator', ended(late(good), 'server-exited'), 'fail', 6],
    ['SIGINT', ended(good, 'interrupted'), 'inconclusive', 130],
    ['SIGINT of a run that already missed its limits', ended(slow, 'interrupted'), 'fail', 130],
    ['SIGTERM', ended(good, 'terminated'), 'inconclusive', 143],
    ['a full disk', ended(slow, 'disk-full'), 'fail', 8],
    ['a journal that was cut short', ended(good, 'cut-short'), 'inconclusive', 5],
    ['a journal that was cut short after a certain miss', ended(slow, 'cut-short'), 'fail', 3],
  ])('%s', (_, run, outcome, exitCode) => {
    expect(verdictOf(run)).toMatchObject({ outcome, exitCode });
  });

  it('says in its summary what decided', () => {
    expect(verdictOf(good).summary).toBe('all 2 limits were met');
    expect(verdictOf(slow).summary).toContain('p95 900 ms over 400 calls; 400 above the limit of 400 ms');
    expect(verdictOf(late(close)).summary).toBe(
      'too noisy to judge: p95 430 ms over 400 calls; 400 above the limit of 400 ms; up to 60.1 ms of it may be this machine: in doubt',
    );
    expect(verdictOf({ slo, batches: [] }).summary).toContain('no data is never a pass');
  });

  it('names how a run ended that did not end by itself, in the words of the journal', () => {
    const reasons: readonly EndEntry['reason'][] = [
      'interrupted',
      'terminated',
      'aborted',
      'server-exited',
      'disk-full',
      'failed',
    ];
    for (const reason of reasons) {
      const note: NoteEntry = { type: 'note', t: 4, level: 'error', code: reason, text: 'the words of the journal' };
      const verdict = verdictOf({ ...good, end: reason, extra: [note] });
      const check = verdict.checks.find(({ source }) => source === 'run');
      const said = { interrupted: 'stopped with Ctrl-C after 10 s', terminated: 'stopped by SIGTERM after 10 s' } as Record<
        string,
        string
      >;
      expect(check?.evidence).toContain(said[reason] ?? 'the words of the journal');
      expect(verdict.summary).toContain(said[reason] ?? 'the words of the journal');
    }
    expect(verdictOf(good).checks.some(({ source }) => source === 'run')).toBe(false);
  });

  it('says of how long a load a run that was stopped came to', () => {
    const stopped = verdictOf({ ...good, batches: [{ calls: 200 }], end: 'interrupted', endS: 6 });
    expect(stopped.summary).toBe('stopped with Ctrl-C after 6 s of 10 s');
  });

  it('says of each check whether its outcome is certain, and what could be taken off', () => {
    const { checks } = verdictOf({ ...late(close), slo: { ...slo, p50Ms: 100, p999Ms: 900 } });
    expect(checks.map(({ metric, outcome, certain }) => `${metric} ${outcome} ${certain}`)).toEqual([
      'success pass true',
      'p50 fail true',
      'p95 invalid false',
      'p99.9 inconclusive false',
    ]);
    expect(checks[1]?.evidence).toContain('ms of it may be this machine: certain');
    expect(checks[2]?.shiftUs).toBeGreaterThanOrEqual(60_000);
    expect(checks[2]?.shiftUs).toBeLessThanOrEqual(60_900);
    expect(verdictOf(slow).checks[1]).toMatchObject({ outcome: 'fail', certain: true });
    expect(verdictOf(slow).checks[1]).not.toHaveProperty('shiftUs');
  });

  it('gives every quantile its interval', () => {
    const batches = Array.from({ length: 100 }, (_, i) => ({ calls: 10, responseMs: i + 1 }));
    const check = verdictOf({ slo: { p50Ms: 400 }, batches }).checks[0];
    // Ranks 469 and 532 of 1,000: normal approximation 500 -+ 1.96 x sqrt(250).
    expect(check?.interval?.low).toBeGreaterThanOrEqual(46_900);
    expect(check?.interval?.low).toBeLessThanOrEqual(47_100);
    expect(check?.interval?.high).toBeGreaterThanOrEqual(53_000);
    expect(check?.interval?.high).toBeLessThanOrEqual(54_100);
  });
});
