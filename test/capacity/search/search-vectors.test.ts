import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../../src/capacity/search/estimate.js';
import { Search } from '../../../src/capacity/search/search.js';
import { fewestCalls, SEARCH_PLANS, trialLengthS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import type { SloCondition } from '../../../src/capacity/search/slo-condition.js';
import type { TrialFacts } from '../../../src/capacity/search/trial-facts.js';
import { inFlightCap, verdictOf } from '../../../src/capacity/search/trial-verdict.js';
import { isWarm } from '../../../src/capacity/search/warm-up-rule.js';
import vectors from '../search-vectors.json' with { type: 'json' };

const conditionOf = ({ quantile, limitMs }: { readonly quantile: number; readonly limitMs: number }): SloCondition => ({
  name: `q ${quantile}`,
  kind: 'latency',
  quantile,
  limitMs,
});

describe('verdict of a trial', () => {
  it.each(vectors.trial_verdicts.vectors.map((vector) => [vector.what, vector] as const))('%s', (_, vector) => {
    const {
      due,
      overOrUnanswered: over,
      completedInWindow: completed,
      inFlightPerSecond: inFlight,
      rate,
      measuredS,
      late,
    } = vector;
    const facts: TrialFacts = {
      purpose: 'double',
      rate,
      measuredS,
      late,
      ...(vector.aborted === 'in-flight' ? { stopped: 'in-flight' as const } : {}),
      due,
      completed,
      inFlight,
      conditions: [{ due, over, blocks: [] }],
    };
    const verdict = verdictOf(facts, [conditionOf(vector.slo)]);
    expect(verdict.outcome).toBe(vector.verdict);
    const rules: Record<string, string> = { 'generator late': 'late', 'completed < due': 'completed', '': 'none' };
    const expected = /^\d+ < \d+$/.test(vector.reason) ? 'insufficient' : (rules[vector.reason] ?? vector.reason);
    expect(verdict.rule).toBe(expected);
  });
});

describe('lengths and caps', () => {
  it.each(vectors.in_flight_cap.vectors)('caps calls in flight: %o', ({ rate, limitMs, inFlight, cap, abort }) => {
    expect(inFlightCap(rate, limitMs / 1000)).toBe(cap);
    expect(inFlight > inFlightCap(rate, limitMs / 1000)).toBe(abort);
  });

  it.each(vectors.trial_length.vectors)('sizes a trial: %o', ({ rate, quantile, nMin, baseS, seconds }) => {
    expect(fewestCalls([conditionOf({ quantile, limitMs: 100 })])).toBe(nMin);
    expect(trialLengthS(baseS, nMin, rate, 1e9)).toBeCloseTo(seconds, 4);
    expect(trialLengthS(baseS, nMin, rate, 20)).toBe(5);
  });

  it.each(vectors.warm_up.vectors)('knows a warm target: %o', ({ p50OfEach5sWindow, stopsAfterWindow }) => {
    const stops = p50OfEach5sWindow.findIndex((_, i) => isWarm(p50OfEach5sWindow.slice(0, i + 1)));
    expect(stops < 0 ? null : stops + 1).toBe(stopsAfterWindow);
  });

  it('never calls a target warm while calls are not answered', () => {
    expect(isWarm([20, null, 20])).toBe(false);
    expect(isWarm([null, 20, 20, 20])).toBe(true);
  });
});

const QUEUE_REASONS = ['growing', 'completed < due', 'in-flight'];

describe('estimate', () => {
  it.each(vectors.estimates.vectors.map((vector) => [vector.what, vector] as const))('%s', (_, { slo, trials, estimate }) => {
    const found = estimateOf(
      trials.map(({ rate, measuredS, due, over, pass, verdict, reason, blocks5s }) => ({
        rate,
        seconds: measuredS,
        due,
        over,
        passed: pass,
        failedByQueue: verdict === 'fail' && QUEUE_REASONS.some((each) => reason.startsWith(each)),
        blocks: blocks5s.map(([blockDue = 0, blockOver = 0]) => ({ due: blockDue, over: blockOver })),
      })),
      slo.quantile,
    );
    for (const key of ['rate', 'low', 'high'] as const) {
      const want = estimate[key];
      expect(Math.abs((found?.[key] ?? 0) - want) / want, `${key}: ${found?.[key]} for ${want}`).toBeLessThan(0.005);
    }
  });

  it('is not given while nothing passed or nothing failed', () => {
    const trial = { rate: 100, seconds: 10, due: 1000, over: 0, passed: true, failedByQueue: false, blocks: [] };
    expect(estimateOf([trial], 0.95)).toBeUndefined();
    expect(estimateOf([{ ...trial, over: 500, passed: false }], 0.95)).toBeUndefined();
  });
});

/** The scripted server of the vectors: passes up to 170/s. */
function scripted(rate: number, measureS: number): Pick<TrialFacts, 'due' | 'completed' | 'inFlight' | 'conditions'> {
  const fails = rate > 170;
  const due = Math.round(rate * measureS);
  const bins = Array.from({ length: Math.floor(measureS) }, (_, i) => {
    const own = Math.round((i + 1) * rate) - Math.round(i * rate);
    return { due: own, over: fails ? Math.ceil(0.2 * own) : 0 };
  });
  const blocks = Array.from({ length: Math.floor(measureS / 5) }, (_, b) => bins.slice(b * 5, b * 5 + 5)).map((five) => ({
    due: five.reduce((sum, bin) => sum + bin.due, 0),
    over: five.reduce((sum, bin) => sum + bin.over, 0),
  }));
  return { due, completed: due, inFlight: [], conditions: [{ due, over: fails ? Math.ceil(0.2 * due) : 0, blocks }] };
}

describe('search', () => {
  it.each(Object.entries(vectors.machine.vectors))('asks for the trials of the %s budget', (budget, expected) => {
    const search = new Search({
      plan: SEARCH_PLANS[budget as '2m'],
      ...searchStart(25),
      conditions: [conditionOf({ quantile: 0.95, limitMs: 80 })],
    });
    expect(search.next(0)).toMatchObject({ do: 'warm-up', rate: 100 });
    search.warmedUp();
    let nowS = 10.5;
    const asked: { phase: string; rate: number; measureS: number; verdict: string }[] = [];
    let action = search.next(nowS);
    while (action.do === 'trial') {
      const { purpose, rate, settleS, measureS } = action;
      const verdict = search.record({ purpose, rate, measuredS: measureS, late: false, ...scripted(rate, measureS) });
      asked.push({ phase: purpose, rate, measureS, verdict: verdict.outcome });
      nowS += settleS + measureS + 0.5;
      action = search.next(nowS);
    }
    expect(asked.map(({ phase, measureS, verdict }) => ({ phase, measureS, verdict }))).toEqual(
      expected.actions.map(({ phase, measureS, verdict }) => ({ phase, measureS, verdict })),
    );
    for (const [i, { rate }] of expected.actions.entries()) {
      expect(Math.abs((asked[i]?.rate ?? 0) - rate) / rate, `rate of trial ${i + 1}: ${asked[i]?.rate} for ${rate}`).toBeLessThan(
        0.005,
      );
    }
    expect(nowS).toBe(expected.endS);
    expect(action).toMatchObject({ do: 'end', end: { ending: 'confirmed' } });
    for (const key of ['rate', 'low', 'high'] as const) {
      const want = expected.estimate[key];
      expect(Math.abs((search.estimate?.[key] ?? 0) - want) / want, key).toBeLessThan(0.005);
    }
  });
});
