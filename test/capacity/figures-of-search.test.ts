import { describe, expect, it } from 'vitest';
import type { CapacitySearch } from '../../src/analysis/analysis.js';
import { figuresOfSearch } from '../../src/capacity/figures-of-search.js';
import { judgeCapacity } from '../../src/capacity/search/judge-capacity.js';
import { SEARCH_PLANS } from '../../src/capacity/search/search-plan.js';
import type { SearchEnd } from '../../src/journal/search-end.js';
import type { SearchEntry, TrialEntry } from '../../src/journal/trial-entry.js';
import type { MeasuredResult } from '../../src/result/result.js';
import { simpleTrial } from './made-trial.js';

const FAULT = 'slow-dependency@db';
const slo = { declared: true, p95Ms: 80, tools: {}, during: { fault: { p95Ms: 500 } } };

const search = (trials: readonly TrialEntry[], ends: Readonly<Record<string, SearchEnd>>): CapacitySearch => ({
  start: {
    plan: SEARCH_PLANS['2m'],
    startRate: 10,
    arrivals: 'poisson',
    instances: 2,
    entries: [{ under: 'none' }, { under: FAULT }],
    law: false,
  },
  workers: 1,
  trials,
  searches: Object.entries(ends).map(([under, end]): SearchEntry => ({ type: 'search', t: 0, under, tookS: 100, end })),
  sweep: [],
  recoveryLevels: [],
  recoverySearches: [],
});

/** Passes up to a rate; the share of slow calls rises around it. */
const trialsUpTo = (capacity: number, under: string): readonly TrialEntry[] =>
  [0.5, 0.8, 0.95, 1.1, 1.4].map((share, index) =>
    simpleTrial(Math.round(capacity * share), share > 1 ? 0.3 : 0.04 * share, {
      under,
      purpose: index === 2 ? 'soak' : 'bisect',
      searchS: index * 13,
    }),
  );

const confirmed = (rate: number): SearchEnd => ({
  ending: 'confirmed',
  reason: 'the soak passed',
  confirmedRate: 0.95 * rate,
  largestPass: 0.95 * rate,
  smallestFail: Math.round(1.1 * rate),
});

const result = (end: MeasuredResult['run']['end'] = 'completed', code?: string) =>
  ({
    run: { end, durationS: 10, notes: code === undefined ? [] : [{ atS: 1, level: 'error', code, text: 'the words' }] },
    faults: [],
  }) as unknown as Pick<MeasuredResult, 'run' | 'faults'>;

describe('figures of a search', () => {
  const trials = [...trialsUpTo(100, 'none'), ...trialsUpTo(40, FAULT)];
  const figures = figuresOfSearch(search(trials, { none: confirmed(100), [FAULT]: confirmed(40) }), slo);

  it('gives bracket and estimate for each entry, and what the fault takes away', () => {
    expect(figures).toMatchObject({ unit: 'calls/s', instances: 2, arrivals: 'poisson' });
    expect(figures.healthy).toMatchObject({ ending: 'confirmed', interval: { confirmedPass: 95, smallestFail: 110 } });
    const estimate = figures.healthy?.estimate;
    expect(estimate?.low).toBeLessThan(100);
    expect(estimate?.high).toBeGreaterThan(100);
    const [faulty] = figures.underFaults;
    expect(faulty).toMatchObject({ under: FAULT, interval: { confirmedPass: 38, smallestFail: 44 } });
    expect(faulty?.lost).toBeCloseTo(0.6, 1);
  });

  it('judges the same trials by during.fault too', () => {
    // 500 ms: every trial under the fault meets it.
    expect(figures.underFaults[0]?.duringFault).toEqual({ interval: { confirmedPass: 38 } });
  });

  it('tells a search without an end from its trials', () => {
    const cut = figuresOfSearch(search(trialsUpTo(100, 'none').slice(0, 4), {}), slo);
    expect(cut.underFaults).toEqual([]);
    expect(cut.healthy).toMatchObject({
      ending: 'interrupted',
      interval: { confirmedPass: 95, smallestFail: 110 },
      summary: expect.stringContaining('cut short'),
    });
    expect(figuresOfSearch(search([], {}), slo)).not.toHaveProperty('healthy');
  });

  it('fits the law to the closed sweep, or says why not', () => {
    const point = (callers: number, ok: number) =>
      ({ type: 'sweep', t: 0, callers, settleS: 2, measuredS: 10, ok, failed: 0 }) as const;
    const base = search(trials, { none: confirmed(100) });
    const swept = { ...base, start: { ...base.start, law: true } };
    const sweep = [1, 2, 4, 8, 16, 32].flatMap((n) => [1000, 1010].map((one) => point(n, (one * n) / (1 + 0.05 * (n - 1)))));
    const { law } = figuresOfSearch({ ...swept, sweep }, slo);
    expect(law).toMatchObject({ model: 'amdahl', verdict: 'not-reached' });
    expect(law?.lambda).toBeCloseTo(100.5, 1);
    expect(law?.sigma).toBeCloseTo(0.05, 4);
    expect(figuresOfSearch({ ...swept, sweep: sweep.slice(0, 6) }, slo).lawOmitted).toContain('fewer than 6 distinct');
    expect(figuresOfSearch(swept, slo).lawOmitted).toBe('the closed sweep was not reached');
    expect(figures).not.toHaveProperty('lawOmitted');
  });

  it('loses everything where nothing passes, and compares nothing with an answer of "at least"', () => {
    const nothing: SearchEnd = { ending: 'nothing-passes', reason: 'nothing passes', smallestFail: 1 };
    const atLeast: SearchEnd = { ending: 'at-least', reason: 'the generator is late', largestPass: 95, generatorLimit: 120 };
    const faulty = [simpleTrial(10, 0.9, { under: FAULT })];
    const lostIn = (healthy: SearchEnd) =>
      figuresOfSearch(search([...trialsUpTo(100, 'none'), ...faulty], { none: healthy, [FAULT]: nothing }), slo).underFaults[0]
        ?.lost;
    expect(lostIn(confirmed(100))).toBe(1);
    expect(lostIn(atLeast)).toBeUndefined();
  });
});

describe('the verdict on a search', () => {
  const judged = (end: SearchEnd, run = result()) =>
    judgeCapacity(run, figuresOfSearch(search(trialsUpTo(100, 'none'), { none: end }), slo));

  it.each([
    ['confirmed', 'pass', 0],
    ['at-least', 'inconclusive', 5],
    ['unconfirmed', 'inconclusive', 5],
    ['invalid', 'invalid', 5],
    ['nothing-passes', 'fail', 3],
    ['degraded-for-good', 'fail', 3],
  ] as const)('%s is %s, exit code %i', (ending, outcome, exitCode) => {
    const verdict = judged({ ...confirmed(100), ending });
    expect(verdict).toMatchObject({ outcome, exitCode });
    expect(verdict.checks).toMatchObject([{ name: 'healthy capacity', outcome }]);
  });

  it('is decided by what ended the run before what was found', () => {
    const stopped: SearchEnd = { ...confirmed(100), ending: 'interrupted', reason: 'stopped by the user' };
    expect(judged(stopped, result('interrupted')).exitCode).toBe(130);
    expect(judged(stopped, result('terminated')).exitCode).toBe(143);
    expect(judged(stopped, result('server-exited', 'server-exited'))).toMatchObject({
      outcome: 'fail',
      exitCode: 6,
      summary: 'the words',
    });
    expect(judged(confirmed(100), result('completed', 'fault-failed'))).toMatchObject({ outcome: 'inconclusive', exitCode: 7 });
  });

  it('is that of the healthy server: what is left under a fault is a figure', () => {
    const nothing: SearchEnd = { ending: 'nothing-passes', reason: 'nothing passes', smallestFail: 1 };
    const all = [...trialsUpTo(100, 'none'), simpleTrial(10, 0.9, { under: FAULT })];
    const verdict = judgeCapacity(result(), figuresOfSearch(search(all, { none: confirmed(100), [FAULT]: nothing }), slo));
    expect(verdict).toMatchObject({ outcome: 'pass', exitCode: 0 });
    expect(verdict.checks[1]).toMatchObject({ name: `capacity under ${FAULT}`, outcome: 'not-applicable' });
    const alone = judgeCapacity(result(), figuresOfSearch(search(all.slice(5), { [FAULT]: nothing }), slo));
    expect(alone).toMatchObject({ outcome: 'fail', exitCode: 3 });
    expect(judgeCapacity(result('cut-short'), figuresOfSearch(search([], {}), slo))).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 5,
    });
  });
});
