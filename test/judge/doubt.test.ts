import { describe, expect, it } from 'vitest';
import type { DelayEntry, DelayView } from '../../src/journal/delay-entry.js';
import { judge } from '../../src/judge/judge.js';
import { judgedAnalysis } from '../../src/judge/judged-result.js';
import type { Batch, MadeRun } from './made-result.js';
import { madeRun, SECONDS } from './made-result.js';

/** So many milliseconds of each slot of 100 ms in some seconds were kept from the server by other programs. */
const delays = (ms: number, fromS = 0, toS = SECONDS, view: DelayView = 'run-delay'): readonly DelayEntry[] =>
  Array.from({ length: SECONDS }, (_, t) => ({
    type: 'delay',
    t,
    view,
    slots: Array.from({ length: 10 }, (_slot, i) => {
      const waitedUs = t >= fromS && t < toS ? ms * 1000 : 0;
      return [t * 1000 + i * 100, 100, waitedUs, waitedUs] as const;
    }),
  }));

const slo = { success: 0.99, p95Ms: 400 };
const made = (batches: readonly Batch[], extra: MadeRun['extra'] = delays(0), more: Partial<MadeRun> = {}) => {
  const measured = madeRun({ slo, batches, extra, keepAboveUs: 400_000, ...more });
  const verdict = judge(measured);
  return { verdict, validity: judgedAnalysis(measured, verdict).result.validity };
};
const [success, p95] = [0, 1];

describe('a missed limit on response times', () => {
  // 40/s of 430 ms: about 17 in flight all the time, so that a call has the benefit of every delay since the start.
  const close = [{ calls: 400, responseMs: 430 }];

  it('is certain on a quiet machine, with nothing to take off', () => {
    const { verdict, validity } = made(close);
    expect(verdict).toMatchObject({ outcome: 'fail', exitCode: 3 });
    expect(verdict.checks[p95]).toMatchObject({ outcome: 'fail', certain: true });
    expect(validity).toMatchObject({ valid: true, reasons: [], disturbed: { seconds: 0, of: SECONDS, causes: [] } });
  });

  it('is in doubt where the delay that was measured explains it, and says how much', () => {
    const { verdict, validity } = made(close, delays(10));
    expect(verdict).toMatchObject({ outcome: 'invalid', exitCode: 5 });
    expect(verdict.checks[success]).toMatchObject({ outcome: 'pass', certain: true });
    const check = verdict.checks[p95];
    expect(check).toMatchObject({ outcome: 'invalid', certain: false, actual: expect.closeTo(430_000, -3) });
    expect(check?.shiftUs).toBeGreaterThan(30_000);
    expect(check?.evidence).toMatch(
      /^p95 430 ms over 400 calls; 400 above the limit of 400 ms; up to .* of it may be this machine: in doubt$/,
    );
    expect(validity).toMatchObject({
      valid: false,
      reasons: ['the server under test waited for a core of this machine during steady'],
      disturbed: { seconds: SECONDS, of: SECONDS, view: 'run-delay' },
    });
  });

  it('is certain where more calls than the limit allows stay above it', () => {
    // Only the calls of the last second have the benefit of a delay, and 90 % are above without it.
    expect(made(close, delays(10, SECONDS - 1)).verdict.checks[p95]).toMatchObject({ outcome: 'fail', certain: true });
    expect(made([{ calls: 400, responseMs: 900 }], delays(1)).verdict.checks[p95]).toMatchObject({
      outcome: 'fail',
      certain: true,
    });
  });

  it('is in doubt on this machine where nothing tells how long the server waited', () => {
    const { verdict } = made(close, delays(0, 0, 0, 'none'));
    expect(verdict.checks[p95]).toMatchObject({ outcome: 'invalid' });
    expect(verdict.checks[p95]).not.toHaveProperty('shiftUs');
    expect(verdict.summary).toContain('nothing tells how long the server waited for a core of this machine: in doubt');
    expect(made([{ calls: 400, responseMs: 100 }], delays(0, 0, 0, 'none')).verdict).toMatchObject({ outcome: 'pass' });
  });

  it('is certain for calls that were not kept one by one, where no second had a delay that explains it', () => {
    // 500 a second are kept; of 4,000 above a limit on the median as few as an eighth could be told one by one.
    const many = madeRun({
      slo: { p50Ms: 400 },
      batches: [{ calls: 4000, responseMs: 430 }],
      extra: delays(0),
      keepAboveUs: 400_000,
    });
    const noneKept = madeRun({
      slo: { p50Ms: 400 },
      batches: [{ calls: 4000, responseMs: 430 }],
      extra: delays(0),
      keepAboveUs: 1e9,
    });
    for (const run of [many, noneKept]) expect(judge(run).checks[0]).toMatchObject({ outcome: 'fail', certain: true });
  });

  it('counts every call once, whatever limit is judged: tool, phase and any answer', () => {
    const { verdict } = made([{ calls: 400, responseMs: 430 }], delays(10), {
      slo: { tools: { search: { p95Ms: 400, maxMs: 420 } }, during: { steady: { answered: { p99Ms: 425 } } } },
    });
    expect(verdict.checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'tool search: p95 invalid',
      'tool search: max invalid',
      'phase steady: answered p99 invalid',
    ]);
  });
});

describe('a missed success rate', () => {
  const failing = (batch: Partial<Batch>, extra: MadeRun['extra']) =>
    made([{ calls: 390 }, { calls: 10, responseMs: 50, ...batch }], extra).verdict.checks[success];

  it('is certain by answers that no delay makes, however disturbed the machine was', () => {
    expect(failing({ outcome: 'contract' }, delays(30))).toMatchObject({ outcome: 'fail', certain: true });
    expect(failing({ outcome: 'expectation-failed' }, delays(30))).toMatchObject({ outcome: 'fail', certain: true });
  });

  it('is certain by any other answer in calm seconds, and else in doubt', () => {
    expect(failing({ outcome: 'overloaded' }, delays(0))).toMatchObject({ outcome: 'fail', certain: true });
    const check = failing({ outcome: 'overloaded' }, delays(30));
    expect(check).toMatchObject({ outcome: 'invalid', certain: false });
    expect(check?.evidence).toMatch(/limit 99 %; each of the 10 failures may be the delay of this machine: in doubt$/);
  });

  it('is certain by timeouts that are further from the usual call than the delay reaches', () => {
    // The timeout is 5 s.
    expect(failing({ outcome: 'timeout', responseMs: 5000 }, delays(2))).toMatchObject({ outcome: 'fail', certain: true });
    expect(failing({ outcome: 'timeout', responseMs: 5000 }, delays(100))).toMatchObject({ outcome: 'invalid' });
  });

  it('takes calls for which this machine had no descriptor for no failures of the server', () => {
    const note = { type: 'note', t: 9, level: 'warning', code: 'out-of-descriptors', text: 'x', count: 10 } as const;
    expect(failing({ outcome: 'connect-failed' }, [...delays(0), note])).toMatchObject({ outcome: 'invalid' });
    expect(failing({ outcome: 'connect-failed' }, [...delays(0), { ...note, count: 2 }])).toMatchObject({ outcome: 'fail' });
  });
});

describe('a limit that was met', () => {
  it('is certain however disturbed the machine was', () => {
    const { verdict, validity } = made([{ calls: 400, responseMs: 100 }], delays(50));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(validity).toMatchObject({ valid: true, reasons: [], disturbed: { seconds: SECONDS } });
  });

  it('is in doubt where less than 99 % of the starts of a phase were made', () => {
    const { verdict } = made([{ calls: 4000 }, { calls: 60, outcome: 'dropped-by-generator' }], delays(0), {
      slo: { success: 0.5 },
    });
    expect(verdict.checks[0]).toMatchObject({ outcome: 'invalid', certain: false });
    expect(verdict.summary).toContain('only 98.52 % of 4,060 starts of steady were made: in doubt');
    const { verdict: fine } = made([{ calls: 4000 }, { calls: 30, outcome: 'dropped-by-generator' }], delays(0), {
      slo: { success: 0.5 },
    });
    expect(fine.checks[0]).toMatchObject({ outcome: 'pass', certain: true });
  });

  it('is in doubt for closed users that were kept waiting for more than 1 % of their time', () => {
    const users = { plimsoll: 1, name: 'made', load: { phases: [{ name: 'users', users: 2, for: '10s' }] } };
    const closed = (latenessUs: number) =>
      made([{ calls: 400, responseMs: 40, latenessUs }], delays(0), {
        phases: [{ name: 'users', kind: 'closed' }],
        start: { scenario: users },
      }).verdict.checks[p95];
    // 400 x 2 ms of 2 x 10 s are 4 %; 400 x 0.4 ms are 0.8 %.
    expect(closed(2000)).toMatchObject({ outcome: 'invalid' });
    expect(closed(2000)?.evidence).toContain('plimsoll kept its users of users waiting for 4 % of the time: in doubt');
    expect(closed(400)).toMatchObject({ outcome: 'pass' });
  });
});

describe('throughput against a baseline', () => {
  const baseline = { baseline: { limits: { throughputPerS: 40, tolerance: 1.05 }, source: 'in place' } };
  it('is in doubt where what was withheld would close the gap', () => {
    const against = (batches: readonly Batch[]) =>
      made(batches, delays(0), { slo: {}, start: baseline }).verdict.checks.find(({ metric }) => metric === 'throughput');
    expect(against([{ calls: 370 }, { calls: 30, outcome: 'dropped-by-generator' }])).toMatchObject({ outcome: 'invalid' });
    expect(against([{ calls: 370 }, { calls: 30, outcome: 'server-error' }])).toMatchObject({ outcome: 'fail', certain: true });
  });
});
