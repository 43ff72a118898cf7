import { describe, expect, it } from 'vitest';
import type { ProxyEntry } from '../../../src/journal/fault-entry.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { HealthEntry, MetricsEntry } from '../../../src/journal/signal-entry.js';
import { codesOf, during, FAULT_AT_S, FAULT_END_S, faultedRun, faultOf, LOAD_END_S } from './made-faulted-run.js';

const TIMEOUT_MS = 5000;
const LATENCY = [{ type: 'latency', attributes: { latency: 200, jitter: 0 } }];

/** Calls of the dependency hang until the client gives up. */
const hanging = faultedRun({
  recipe: 'black-hole',
  answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'timeout', ms: TIMEOUT_MS } : undefined),
});
/** The server gives up by itself after 300 ms. */
const givingUp = faultedRun({
  recipe: 'black-hole',
  answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'dependency-failed', ms: 300 } : undefined),
});
const refused = faultedRun({
  recipe: 'refused',
  answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'dependency-failed', ms: 4 } : undefined),
});
const reset = faultedRun({
  recipe: 'connection-reset',
  answer: (tool, dueS) =>
    tool === 'search' && during(dueS) && Math.round(dueS * 20) % 3 === 0 ? { outcome: 'dependency-failed', ms: 4 } : undefined,
});
const survived = faultedRun({ answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { ms: 240 } : undefined) });

describe('figures of a fault', () => {
  it('counts the calls of its tools before, during and after', () => {
    const fault = faultOf(hanging);
    expect(fault.tools).toEqual(['search']);
    expect(fault.before?.counts).toMatchObject({ offered: 200, ok: 200 });
    expect(fault.during?.counts).toMatchObject({ offered: 120, ok: 0, failed: 120, successRate: 0 });
    expect(fault.after?.counts).toMatchObject({ offered: 280, ok: 280 });
    expect(fault.after?.segments).toEqual(['steady: recovery', 'steady']);
    expect(fault).toMatchObject({ plannedAtS: 10, plannedForS: 6, startS: 10, removedAtS: 16 });
  });

  it('detects calls that hang, which neither fail nor are slow yet', () => {
    expect(faultOf(hanging)).toMatchObject({ detectS: 1, detectedBy: '4 of 24 calls due ended' });
  });

  it('detects failures and slowness in the first second that shows them', () => {
    const later = faultedRun({
      answer: (tool, dueS) => (tool === 'search' && dueS >= 13 && dueS < 16 ? { outcome: 'tool-error', ms: 5 } : undefined),
    });
    expect(faultOf(later)).toMatchObject({ detectS: 4, detectedBy: '20 of 24 calls failed' });
    const slow = faultedRun({ answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { ms: 600 } : undefined) });
    expect(faultOf(slow).detectedBy).toMatch(/took longer than 400 ms \(p95\)|calls due ended/);
  });

  it('counts hung calls and how they ended', () => {
    // The limit is 400 ms: hung after 1.2 s. Calls due at the edge are caught by the fault too.
    const fault = faultOf(
      faultedRun({
        answer: (tool, dueS) => {
          if (tool !== 'search') return undefined;
          if (dueS >= 9.5 && dueS < 10) return { ms: 2000 };
          if (!during(dueS)) return undefined;
          if (dueS < 11) return { outcome: 'timeout', ms: TIMEOUT_MS };
          if (dueS < 12) return { outcome: 'dependency-failed', ms: 1500 };
          return { ms: 1000 };
        },
      }),
    );
    expect(fault.hung).toEqual({ afterMs: 1200, calls: 50, answeredLate: 10, failedLate: 20, timedOut: 20, unfinished: 0 });
  });

  it('measures recovery from the end of the fault to the first good window', () => {
    // Slow until 18.0 s: the window that begins at 18 is the first good one.
    const fault = faultOf(
      faultedRun({ answer: (tool, dueS) => (tool === 'search' && dueS >= 10 && dueS < 17.5 ? { ms: 600 } : undefined) }),
    );
    expect(fault.recovery).toMatchObject({ state: 'recovered', windowS: 3, watchedS: 14 });
    expect(fault.recoverS).toBeGreaterThanOrEqual(2);
    expect(fault.recoverS).toBeLessThanOrEqual(3);
  });

  it('says that a server never came back', () => {
    const fault = faultOf(
      faultedRun({
        answer: (tool, dueS) => (tool === 'search' && dueS >= 10 ? { outcome: 'dependency-failed', ms: 5 } : undefined),
      }),
    );
    expect(fault.recovery).toMatchObject({ state: 'stayed-down', watchedS: 14 });
    expect(fault.recoverS).toBeUndefined();
    expect(fault.findings.find(({ code }) => code === 'stayed-down')?.level).toBe('problem');
  });

  it('says nothing of recovery when the end of the fault is not known, or the load ends at once', () => {
    expect(faultOf(faultedRun({ off: null })).recovery?.state).toBe('not-observed');
    expect(faultOf(faultedRun({ off: LOAD_END_S - 1 })).recovery?.state).toBe('not-observed');
  });

  it('says nothing of detection and recovery when the SLO was missed before', () => {
    const fault = faultOf(faultedRun({ answer: (tool, dueS) => (tool === 'search' && dueS < 20 ? { ms: 900 } : undefined) }));
    expect(fault.detectS).toBeUndefined();
    expect(fault.recovery).toBeUndefined();
    expect(fault.findings.map(({ code }) => code)).toContain('unhealthy-before');
  });

  it('compares the use of the dependency with before', () => {
    const proxy = (t: number, connectionsAccepted: number, connectionsOpen: number, bytesUpstream: number): ProxyEntry => ({
      type: 'proxy',
      t,
      dependency: 'db',
      connectionsAccepted,
      connectionsOpen,
      bytesUpstream,
      bytesDownstream: 0,
    });
    // 200 calls before with 100 bytes each, 120 during with 300 each.
    const fault = faultOf(
      faultedRun({ extra: [proxy(0, 0, 0, 0), proxy(10, 5, 5, 20_000), proxy(13, 9, 7, 38_000), proxy(16, 13, 6, 56_000)] }),
    );
    expect(fault.proxy).toEqual({
      connectionsOpen: { before: 5, duringMax: 7 },
      connectionsOpened: { before: 5, during: 8 },
      bytesPerCall: { before: 100, during: 300 },
      amplification: 3,
    });
    expect(fault.findings.map(({ code }) => code)).toContain('retry-amplification');
  });

  it('watches the tools that do not use the dependency', () => {
    expect(faultOf(hanging).bystanders).toMatchObject([{ tool: 'echo', touched: false, during: { calls: 24, successRate: 1 } }]);
    const wide = faultedRun({ answer: (_, dueS) => (during(dueS) ? { outcome: 'overloaded', ms: 5 } : undefined) });
    expect(faultOf(wide).bystanders).toMatchObject([{ tool: 'echo', touched: true }]);
    expect(codesOf(wide)).toContain('blast-radius');
    expect(codesOf(hanging)).toContain('contained');
  });

  it('watches the readiness probe', () => {
    const probe = (t: number, ok: boolean): HealthEntry => ({
      type: 'health',
      t,
      probe: 'ready',
      ok,
      state: ok ? 'healthy' : 'unhealthy',
    });
    const answers = (bad: (t: number) => boolean): JournalEntry[] =>
      Array.from({ length: 30 }, (_, t) => probe(t + 0.5, !bad(t + 0.5)));
    const search = (tool: string, dueS: number) =>
      tool === 'search' && during(dueS) ? ({ outcome: 'dependency-failed', ms: 5 } as const) : undefined;
    const flipped = faultedRun({ answer: search, extra: answers((t) => t > 12 && t < 18) });
    expect(faultOf(flipped).readiness).toEqual({ probes: 6, misses: 4, missedAfterS: 2.5, backAfterS: 2.5 });
    expect(codesOf(flipped)).toContain('readiness-flipped');
    expect(codesOf(faultedRun({ answer: search, extra: answers(() => false) }))).toContain('readiness-blind');
    expect(codesOf(faultedRun({ answer: search, extra: answers((t) => t > 12) }))).toContain('readiness-stuck');
  });

  it('does not take a miss long after the fault for an answer of readiness to it', () => {
    const answers = (missAtS: number): JournalEntry[] =>
      Array.from({ length: 30 }, (_, t) => {
        const ok = Math.floor(missAtS) !== t;
        return { type: 'health', t: t + 0.5, probe: 'ready', ok, state: ok ? 'healthy' : 'unhealthy' };
      });
    const late = faultOf(faultedRun({ extra: answers(26) }));
    expect(late.readiness).toEqual({ probes: 6, misses: 0, missedAfterEndS: 10.5 });
    expect(late.findings.map(({ code }) => code)).not.toContain('readiness-flipped');
    expect(late.findings.find(({ code }) => code === 'readiness-late')).toMatchObject({
      level: 'note',
      text: 'readiness missed for the first time 10.5 s after the fault had ended, and in none of 6 probes while it was on: the fault was not the cause',
    });
    const search = (tool: string, dueS: number) =>
      tool === 'search' && during(dueS) ? ({ outcome: 'dependency-failed', ms: 5 } as const) : undefined;
    expect(codesOf(faultedRun({ answer: search, extra: answers(26) }))).toContain('readiness-blind');
    // The probe that was due when the fault ended.
    expect(faultOf(faultedRun({ answer: search, extra: answers(17) })).readiness).toMatchObject({
      missedAfterS: 7.5,
      backAfterS: 2.5,
    });
  });

  it('finds work done for nobody by the counter of the server', () => {
    const page = (t: number, value: number): MetricsEntry => ({
      type: 'metrics',
      t,
      values: { 'mcp_requests_total{tool="search"}': value },
    });
    // The server finished all 600 + 120 calls; the 120 of the fault found no caller any more.
    const answer = (tool: string, dueS: number) =>
      tool === 'search' && during(dueS) ? ({ outcome: 'timeout', ms: TIMEOUT_MS } as const) : undefined;
    const before = 24 * 9;
    const wasted = faultedRun({ answer, extra: [page(9, before), page(32, 24 * 30)] });
    expect(faultOf(wasted).wastedCalls).toBe(120);
    const honest = faultedRun({ answer, extra: [page(9, before), page(32, 24 * 30 - 120)] });
    expect(faultOf(honest).wastedCalls).toBe(0);
    expect(faultOf(hanging).wastedCalls).toBeUndefined();
  });

  it('tells what the retry policy of the scenario hid, and nothing without one', () => {
    expect(faultOf(hanging).hiddenByClient).toBeUndefined();
    expect(faultOf(faultedRun({ scenario: { load: { retry: { attempts: 3 } } } })).hiddenByClient).toBe(0);
  });

  it('lists a fault of the plan that was never carried out', () => {
    const fault = faultOf(faultedRun({ on: null, off: null }));
    expect(fault).toMatchObject({ dependency: 'db', recipe: 'slow-dependency', steps: 0 });
    expect(fault.startS).toBeUndefined();
    expect(fault.during).toBeUndefined();
    expect(fault.findings.map(({ code }) => code)).toEqual(['not-carried-out']);
  });
});

describe('findings', () => {
  it('tell silence without a time limit from silence that the server gives up on', () => {
    expect(codesOf(hanging)).toContain('no-timeout');
    expect(faultOf(hanging).findings[0]?.text).toMatch(
      /^120 calls hung .* the server itself failed none of them: 120 were given up by the client at 5 s/,
    );
    expect(codesOf(givingUp)).toContain('gives-up');
    expect(codesOf(givingUp)).not.toContain('no-timeout');
  });

  it('tell a refusal and a reset from silence', () => {
    expect(codesOf(refused)).toContain('refused-fast');
    expect(codesOf(refused)).not.toContain('no-timeout');
    expect(codesOf(reset)).toContain('reset-reaches-callers');
    expect(codesOf(reset)).not.toContain('refused-fast');
  });

  it.each([
    ['slow-dependency', 'no-timeout', 'no time limit on queries to db, or on waiting for a connection of its pool'],
    ['black-hole', 'no-timeout', 'when db is silent: neither a query timeout nor one on waiting for a connection'],
    ['truncated-reply', 'no-timeout', 'Answers of db ended in the middle, and the server has no time limit on the rest'],
    ['refused', 'waits-for-dependency', 'db refused every connection at once; the server kept its calls waiting'],
    ['flapping', 'waits-for-dependency', 'db came and went'],
    ['connection-reset', 'waits-for-dependency', 'db broke connections at once'],
    ['failover', 'waits-for-dependency', 'db broke its connections and was back'],
    ['error-stub', 'waits-for-dependency', 'db answered with an error at once'],
  ])('say of calls that hang under %s what they hang on', (recipe, code, text) => {
    const answer = (tool: string, dueS: number) =>
      tool === 'search' && during(dueS) ? ({ outcome: 'timeout', ms: TIMEOUT_MS } as const) : undefined;
    const finding = faultOf(faultedRun({ recipe, answer })).findings.find((found) => /hung/.test(found.text));
    expect(finding).toMatchObject({ code, level: 'problem', text: expect.stringContaining(text) });
    if (code === 'waits-for-dependency') expect(JSON.stringify(finding)).not.toMatch(/quer(y|ies)|pool/);
    const stdio = faultOf(faultedRun({ recipe, answer, scenario: { target: { transport: 'stdio' } } })).findings;
    expect(JSON.stringify(stdio)).not.toMatch(/pool|overloaded, with/);
  });

  it('say that a fault was survived', () => {
    expect(codesOf(survived)).toContain('survived');
    expect(codesOf(survived)).not.toContain('no-timeout');
    expect(faultOf(survived).recovery?.state).toBe('survived');
  });

  it('work out what a pool can carry under added latency', () => {
    const slow = faultedRun({
      toxics: LATENCY,
      answer: (tool, dueS) =>
        tool === 'search' && during(dueS)
          ? Math.round(dueS * 20) % 2 === 0
            ? { ms: 900 }
            : { outcome: 'timeout', ms: TIMEOUT_MS }
          : undefined,
      extra: [
        {
          type: 'proxy',
          t: 9,
          dependency: 'db',
          connectionsAccepted: 2,
          connectionsOpen: 2,
          bytesUpstream: 1,
          bytesDownstream: 0,
        },
        {
          type: 'proxy',
          t: 12,
          dependency: 'db',
          connectionsAccepted: 2,
          connectionsOpen: 2,
          bytesUpstream: 1,
          bytesDownstream: 0,
        },
      ],
    });
    const pool = faultOf(slow).findings.find(({ code }) => code === 'pool-exhausted');
    expect(pool?.text).toContain(
      '2 connections to db carried everything: at 200 ms and more a query they fit at most 10 queries/s',
    );
    expect(pool?.runbook?.mitigate).toContain('about 5 connections');
  });

  it.each([
    [2, 2, 'one-at-a-time', '2 connections to db for 2 server processes carried everything'],
    [1, 1, 'one-at-a-time', '1 connection to db for 1 server process carried everything'],
    [undefined, 2, 'one-at-a-time', '2 connections to db for 10 server processes'],
    [1, 2, 'pool-exhausted', '2 connections to db carried everything'],
  ])('take no pool for granted in %s stdio processes with %s connections', (count, connectionsOpen, code, text) => {
    const proxy = (t: number): ProxyEntry => ({
      type: 'proxy',
      t,
      dependency: 'db',
      connectionsAccepted: connectionsOpen,
      connectionsOpen,
      bytesUpstream: 1,
      bytesDownstream: 0,
    });
    const { findings } = faultOf(
      faultedRun({
        toxics: LATENCY,
        answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'timeout', ms: TIMEOUT_MS } : undefined),
        extra: [proxy(9), proxy(12)],
        scenario: {
          target: { transport: 'stdio', command: ['server'] },
          ...(count === undefined ? {} : { sessions: { count } }),
        },
      }),
    );
    const found = findings.filter((finding) => ['one-at-a-time', 'pool-exhausted'].includes(finding.code));
    expect(found).toEqual([expect.objectContaining({ code, text: expect.stringContaining(text) })]);
  });

  it('say when a fault came late', () => {
    expect(codesOf(faultedRun({ on: FAULT_AT_S + 2 }))).toContain('late');
    expect(codesOf(faultedRun({ off: FAULT_END_S + 0.2 }))).not.toContain('late');
  });

  it('say that the failure of a dependency ended the server', () => {
    const exited = faultedRun({
      end: 'server-exited',
      off: null,
      extra: [{ type: 'note', t: 11.5, level: 'error', code: 'server-exited', text: 'exited with code 1' }],
    });
    expect(faultOf(exited).findings[0]).toMatchObject({ code: 'server-exited', level: 'problem' });
    expect(faultOf(exited).findings[0]?.text).toContain('1.5 s after slow-dependency on db began');
    expect(codesOf(faultedRun({}))).not.toContain('server-exited');
  });

  it('say that wrong answers are worse than none', () => {
    const wrong = faultedRun({
      answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'contract', ms: 5 } : undefined),
    });
    expect(codesOf(wrong)).toContain('wrong-answers');
  });
});
