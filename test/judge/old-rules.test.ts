import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { judge } from '../../src/judge/judge.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from '../analysis/made-journal.js';
import { oldOutcome } from './old-rules.js';

const SECONDS = 6;
const timeline = timelineOf([
  { name: 'steady', kind: 'steady', forS: SECONDS / 2 },
  { name: 'burst', kind: 'burst', forS: SECONDS / 2 },
]);

interface Made {
  readonly calls: number;
  readonly responseMs: number;
  readonly slowShare: number;
  readonly outcome: OutcomeClass;
  readonly failedShare: number;
  /** Of every second start. */
  readonly latenessUs: number;
  readonly busy: number;
  readonly limits: { readonly success: number; readonly p50Ms: number; readonly p95Ms: number; readonly maxMs?: number };
}

const runs = fc.record<Made>({
  calls: fc.constantFrom(20, 90, 300, 700),
  responseMs: fc.integer({ min: 2, max: 600 }),
  slowShare: fc.constantFrom(0, 0.02, 0.05, 0.2),
  outcome: fc.constantFrom<OutcomeClass>('timeout', 'server-error', 'contract', 'dropped', 'tool-error', 'connect-failed'),
  failedShare: fc.constantFrom(0, 0.005, 0.02, 0.3),
  latenessUs: fc.constant(0),
  busy: fc.constant(0.3),
  limits: fc.oneof(
    fc.record({ success: fc.constantFrom(0.9, 0.99), p50Ms: fc.constantFrom(50, 300), p95Ms: fc.constantFrom(100, 400) }),
    fc.record({
      success: fc.constant(0.99),
      p50Ms: fc.constant(200),
      p95Ms: fc.constant(400),
      maxMs: fc.constantFrom(300, 900),
    }),
  ),
});

function journal({
  calls: count,
  responseMs,
  slowShare,
  outcome,
  failedShare,
  latenessUs,
  busy,
  limits,
}: Made): readonly JournalEntry[] {
  const calls = Array.from({ length: count }, (_, i): MadeCall => {
    const dueS = (i * SECONDS) / count;
    const own = { tool: i % 3 === 0 ? 'a' : 'b', endpoint: 'e', segment: dueS < SECONDS / 2 ? 0 : 1, dueS };
    const failed = (i * 7) % 1000 < failedShare * 1000;
    if (failed && outcome === 'dropped') return { ...own, serviceUs: 0, outcome };
    const ms = failed && outcome === 'timeout' ? 5000 : responseMs * ((i * 13) % 100 < slowShare * 100 ? 3 : 1);
    return {
      ...own,
      latenessUs: i % 2 === 0 ? latenessUs : 0,
      serviceUs: Math.round(ms * 1000),
      outcome: failed ? outcome : 'ok',
    };
  });
  const slo = { declared: true, ...limits, tools: { a: { p95Ms: limits.p95Ms } }, during: { burst: { p50Ms: limits.p50Ms } } };
  const keepAboveUs = 1000 * Math.min(limits.p50Ms, limits.p95Ms, limits.maxMs ?? 1e6);
  const seconds = Array.from({ length: SECONDS }, (_, t) => t);
  return [
    ...journalOf(startEntry(timeline, { slo }), calls, { keepAboveUs }),
    ...seconds.map((t): JournalEntry => ({ type: 'host', t, busy })),
    ...seconds.map(
      (t): JournalEntry => ({
        type: 'delay',
        t,
        view: 'run-delay',
        slots: Array.from({ length: 10 }, (_slot, i) => [t * 1000 + i * 100, 100, 0, 0] as const),
      }),
    ),
    { type: 'end', t: SECONDS, reason: 'completed' },
  ];
}

const bothOf = (made: Made) => {
  const entries = journal(made);
  const analysis = analyse(entries);
  return { old: oldOutcome(analysis, entries), now: judge(analysis).outcome };
};

describe('the rules of 0.1.0, and those of today', () => {
  it('agree on every run of a quiet machine', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(runs, (made) => {
        const { old, now } = bothOf(made);
        seen.add(now);
        expect(now).toBe(old);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect([...seen].sort()).toEqual(['fail', 'inconclusive', 'pass']);
  });

  it('differ where thresholds alone called a run invalid: it is judged, and what it says is what it says without them', () => {
    const needless = new Set<string>();
    fc.assert(
      fc.property(runs, (made) => {
        const { old, now } = bothOf({ ...made, busy: 0.995 });
        expect(old).toBe('invalid');
        expect(now).toBe(bothOf(made).old);
        needless.add(now);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(needless).toContain('pass');
    expect(needless).toContain('fail');
  });

  it('differ for late starts too: a doubt is left only where the lateness could have made the outcome', () => {
    const late = { calls: 300, slowShare: 0, outcome: 'timeout', failedShare: 0, latenessUs: 60_000, busy: 0.3 } as const;
    const limits = { success: 0.99, p50Ms: 300, p95Ms: 400 };
    expect(bothOf({ ...late, responseMs: 100, limits })).toEqual({ old: 'invalid', now: 'pass' });
    expect(bothOf({ ...late, responseMs: 390, limits: { ...limits, p50Ms: 500 } })).toEqual({ old: 'invalid', now: 'invalid' });
    expect(bothOf({ ...late, responseMs: 900, limits })).toEqual({ old: 'invalid', now: 'fail' });
  });
});
