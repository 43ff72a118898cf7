import { describe, expect, it } from 'vitest';
import { Search } from '../../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import type { SloCondition } from '../../../src/capacity/search/slo-condition.js';
import type { SearchEnd } from '../../../src/journal/search-end.js';
import type { Budget } from '../../../src/journal/search-plan.js';

const P95: SloCondition = { name: 'p95 <= 80 ms', kind: 'latency', quantile: 0.95, limitMs: 80 };

interface Server {
  readonly limitPerS: number;
  /** Rate from which the generator is late. */
  readonly lateFrom?: number;
  readonly highestRate?: number;
  readonly cameBack?: boolean;
  readonly budget?: Budget;
  /** Outcome of the nth trial, whatever its rate. */
  readonly fails?: (trial: number, rate: number) => boolean;
}

/** Runs a whole search against a scripted server; what it asked for, and how it ended. */
function searched({ limitPerS, lateFrom = Number.POSITIVE_INFINITY, highestRate, cameBack, fails, budget = '2m' }: Server): {
  readonly end: SearchEnd;
  readonly rates: readonly number[];
  readonly tookS: number;
} {
  const search = new Search({
    plan: SEARCH_PLANS[budget],
    ...searchStart(25),
    conditions: [P95],
    ...(highestRate === undefined ? {} : { highestRate }),
  });
  search.warmedUp();
  const rates: number[] = [];
  let nowS = 10;
  for (;;) {
    const action = search.next(nowS);
    if (action.do === 'end') return { end: action.end, rates, tookS: nowS };
    if (action.do !== 'trial') throw new Error('already warm');
    const { rate, measureS, settleS, purpose } = action;
    rates.push(rate);
    const due = Math.round(rate * measureS);
    const over = (fails?.(rates.length, rate) ?? rate > limitPerS) ? Math.ceil(due / 5) : 0;
    search.record(
      {
        purpose,
        rate,
        measuredS: measureS,
        late: rate > lateFrom,
        due,
        completed: due,
        inFlight: [],
        conditions: [{ due, over, blocks: [] }],
      },
      cameBack,
    );
    nowS += settleS + measureS + 0.5;
  }
}

describe('a search ends', () => {
  it('with "nothing passes" at a sixteenth of the first rate that was tried, also where the start was above what may be tried', () => {
    // Every fifth call misses at any rate asked here, which is no overload: two rates tell.
    const { end, rates } = searched({ limitPerS: 0, highestRate: 1 });
    expect(rates.length).toBeGreaterThan(2);
    expect(Math.min(...rates)).toBeLessThan(1);
    expect(end.ending).not.toBe('confirmed');
  });

  it('with "nothing passes" at a sixteenth of the start, and tries nothing below', () => {
    const { end, rates } = searched({ limitPerS: 0.1, budget: '10m' });
    expect(end.ending).toBe('nothing-passes');
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(25 / 16);
    expect(end.largestPass).toBeUndefined();
  });

  it('below the start where that fails and less passes', () => {
    const { end } = searched({ limitPerS: 14 });
    expect(end).toMatchObject({ ending: 'confirmed' });
    expect(end.confirmedRate).toBeLessThanOrEqual(14);
  });

  it('with "at least" where the generator is late first, without a failing rate', () => {
    const { end } = searched({ limitPerS: 1000, lateFrom: 150 });
    expect(end).toMatchObject({ ending: 'at-least' });
    expect(end.generatorLimit).toBeGreaterThan(150);
    expect(end.confirmedRate).toBeLessThanOrEqual(150);
  });

  it('as invalid where the generator is late from the first rate on', () => {
    expect(searched({ limitPerS: 1000, lateFrom: 1 }).end).toMatchObject({ ending: 'invalid' });
  });

  it('with "at least" at the highest rate that is allowed', () => {
    const { end, rates } = searched({ limitPerS: 1e6, highestRate: 90 });
    expect(end).toMatchObject({ ending: 'at-least', confirmedRate: 90, reason: 'nothing failed up to the highest rate allowed' });
    expect(Math.max(...rates)).toBe(90);
  });

  it('when overload degraded the target for good', () => {
    expect(searched({ limitPerS: 60, cameBack: false }).end).toMatchObject({ ending: 'degraded-for-good' });
    // Nothing says that a target was ever better of which no rate passed.
    const { end } = searched({ limitPerS: 10, cameBack: false });
    expect(end).toMatchObject({ ending: 'nothing-passes', reason: expect.stringContaining('one caller alone') });
  });

  it('confirmed where the budget ended on one failure, which is no silence', () => {
    // The sixth trial fails at 800/s; there is no time to try it again.
    const search = new Search({ plan: { ...SEARCH_PLANS['2m'], budgetS: 95 }, ...searchStart(25), conditions: [P95] });
    search.warmedUp();
    let nowS = 0;
    let last: SearchEnd | undefined;
    for (let action = search.next(nowS); last === undefined; action = search.next(nowS)) {
      if (action.do === 'end') last = action.end;
      else if (action.do === 'trial') {
        const { rate, measureS, settleS, purpose } = action;
        const due = Math.round(rate * measureS);
        const over = rate > 500 ? due : 0;
        search.record({
          purpose,
          rate,
          measuredS: measureS,
          late: false,
          due,
          completed: due,
          inFlight: [],
          conditions: [{ due, over, blocks: [] }],
        });
        nowS += settleS + measureS + 0.5;
      }
    }
    expect(last).toMatchObject({ ending: 'confirmed', confirmedRate: 400 });
    expect(last.reason).toContain('before a rate above it was settled');
  });

  it('where the user stops it, with what is known by then', () => {
    const search = new Search({ plan: SEARCH_PLANS['2m'], ...searchStart(25), conditions: [P95] });
    expect(search.interrupt('Ctrl-C')).toEqual({ ending: 'interrupted', reason: 'Ctrl-C' });
    expect(search.next(50)).toMatchObject({ do: 'end', end: { ending: 'interrupted' } });
  });

  it('inside its budget whatever the server does', () => {
    for (const limitPerS of [0.1, 3, 30, 300, 3000, 1e9]) expect(searched({ limitPerS }).tookS).toBeLessThanOrEqual(120);
    // A coin for a server.
    for (let seed = 0; seed < 20; seed++)
      expect(searched({ limitPerS: 0, fails: (trial) => ((trial * 7 + seed) * 13) % 5 < 2 }).tookS).toBeLessThanOrEqual(120);
  });
});
