import { describe, expect, it } from 'vitest';
import { Search } from '../../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import type { SloCondition } from '../../../src/capacity/search/slo-condition.js';
import type { SearchEnd } from '../../../src/journal/search-end.js';

const SUCCESS: SloCondition = { name: 'success >= 99 %', kind: 'success', quantile: 0.99 };

/** A whole search, with trials that are stopped as soon as the miss is certain. @param missOf share of calls that miss at a rate */
function searched(missOf: (rate: number) => number, seed = 1): { readonly end: SearchEnd; readonly rates: readonly number[] } {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const search = new Search({ plan: SEARCH_PLANS['5m'], ...searchStart(20), conditions: [SUCCESS] });
  search.warmedUp();
  const rates: number[] = [];
  let nowS = 10;
  for (;;) {
    const action = search.next(nowS);
    if (action.do !== 'trial') {
      if (action.do === 'end') return { end: action.end, rates };
      throw new Error('already warm');
    }
    const { rate, measureS, settleS, purpose } = action;
    rates.push(rate);
    const planned = Math.round(rate * measureS);
    const allowed = Math.ceil(0.01 * planned) + 1;
    let due = 0;
    let over = 0;
    while (due < planned && over <= allowed) {
      due++;
      if (random() < missOf(rate)) over++;
    }
    const stopped = due < planned ? { stopped: 'over' as const } : {};
    search.record({
      purpose,
      rate,
      measuredS: due / rate,
      late: false,
      ...stopped,
      due,
      completed: due,
      inFlight: [],
      conditions: [{ due, over, blocks: [] }],
    });
    nowS += settleS + due / rate + 0.5;
  }
}

describe('a search whose misses do not depend on the rate', () => {
  it.each([0.25, 0.4, 0.5])('ends and says so (a share of %s)', (share) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { end, rates } = searched(() => share, seed);
      expect(end.ending).toBe('nothing-passes');
      expect(end.reason).toMatch(
        /of the calls miss success >= 99 % at every rate from 20\.0\/s down to [\d.]+\/s: the misses do not depend on the rate/,
      );
      // A sixteenth of the start is 1.25/s.
      expect(Math.min(...rates)).toBeGreaterThanOrEqual(2.5);
    }
  });

  it.each([1, 2, 4, 8])('goes on where the server is merely too slow, and sheds what is over %s calls a second', (carried) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { end } = searched((rate) => Math.max(0, 1 - carried / rate), seed);
      expect(end.reason).not.toMatch(/do not depend on the rate/);
    }
  });

  it('goes on where nothing at all succeeds: that can be overload too', () => {
    const { end } = searched(() => 1);
    expect(end.reason).toMatch(/nothing passes down to/);
  });
});
