import { describe, expect, it } from 'vitest';
import { capacityAnswer } from '../../../src/capacity/search/capacity-answer.js';
import { factsOf, reportedTrial } from '../../../src/capacity/search/reported-trials.js';
import { Search } from '../../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { Budget } from '../../../src/journal/search-plan.js';
import type { TrialEntry, TrialPurpose } from '../../../src/journal/trial-entry.js';
import { simpleTrial } from '../made-trial.js';

const conditions = conditionsOf({ declared: true, p95Ms: 80, tools: {}, during: {} });

interface Told {
  readonly purpose: TrialPurpose;
  readonly rate: number;
  readonly quietS?: number;
}

/** A search whose trials pass below a rate, and fail above it: for certain, or in doubt as `doubtful` says. Without a clock of its own. */
function searched(capacity: number, doubtful: (trial: Told, count: number) => boolean, budget: Budget = '5m') {
  const plan = SEARCH_PLANS[budget];
  const search = new Search({ plan, ...searchStart(50), conditions });
  const told: Told[] = [];
  const entries: TrialEntry[] = [];
  let nowS = 0;
  for (;;) {
    const action = search.next(nowS);
    if (action.do === 'end') {
      const trials = entries.map((entry) => reportedTrial(entry, conditions));
      const answer = capacityAnswer({ under: 'none', plan, conditions, end: action.end, trials, tookS: nowS });
      return { end: action.end, told, answer, tookS: nowS };
    }
    if (action.do === 'warm-up') {
      search.warmedUp();
      continue;
    }
    const { purpose, rate, quietS, settleS, measureS } = action;
    const one: Told = { purpose, rate, ...(quietS === undefined ? {} : { quietS }) };
    told.push(one);
    if (quietS !== undefined) {
      search.waited(quietS);
      nowS += quietS;
    }
    nowS += settleS + measureS + 0.5;
    const over = rate > capacity;
    const entry = simpleTrial(rate, over || doubtful(one, told.length) ? 0.2 : 0.01, {
      purpose,
      noise: {
        view: 'run-delay',
        disturbedSeconds: 3,
        seconds: 12,
        largestShiftUs: 60_000,
        certainOver: { 'p95 <= 80 ms': doubtful(one, told.length) ? 0 : Math.round(rate * 10 * 0.2) },
      },
    });
    entries.push(entry);
    search.record(factsOf(entry, conditions));
  }
}

describe('a search on a disturbed machine', () => {
  it('repeats a trial in doubt twice, the second time after waiting for quiet, and then leaves its rate undecided', () => {
    const { told, end, answer } = searched(1000, ({ rate }) => rate === 200);
    const at = told.filter(({ rate, purpose }) => rate === 200 && purpose === 'double');
    expect(at.map(({ quietS }) => quietS !== undefined)).toEqual([false, false, true]);
    expect(Math.max(...told.map(({ rate }) => rate))).toBe(200);
    expect(end).toMatchObject({ ending: 'confirmed', undecided: 200 });
    expect(end.reason).toContain('200/s stayed in doubt');
    expect(end).not.toHaveProperty('smallestFail');
    expect(end).not.toHaveProperty('generatorLimit');
    expect(answer).toMatchObject({ inDoubt: 3, undecided: 200 });
    expect(answer.interval).not.toHaveProperty('smallestFail');
    expect(answer.interval.confirmedPass).toBeGreaterThan(150);
    // The soak leaves room below a limit that nothing tells.
    const passed = told.filter(({ purpose }) => purpose === 'bisect').map(({ rate }) => rate);
    expect(end.confirmedRate).toBeCloseTo(Math.max(...passed) / 1.1, 6);
  });

  it('goes on where a repeated trial passes, or fails for certain', () => {
    const passed = searched(170, ({ rate }, count) => rate === 100 && count === 2);
    expect(passed.told.slice(0, 4).map(({ rate }) => rate)).toEqual([50, 100, 100, 200]);
    expect(passed.end).toMatchObject({ ending: 'confirmed' });
    expect(passed.end).not.toHaveProperty('undecided');
    expect(passed.answer.inDoubt).toBe(1);
    const failed = searched(170, ({ rate }, count) => rate === 200 && count === 3);
    expect(failed.end.smallestFail).toBeLessThanOrEqual(200);
    expect(failed.end).not.toHaveProperty('undecided');
  });

  it('never waits for quiet longer than a twelfth of its budget in all', () => {
    const { told } = searched(1000, ({ rate }) => rate > 120, '5m');
    const waited = told.reduce((sum, { quietS = 0 }) => sum + quietS, 0);
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThanOrEqual(25 + 1e-9);
  });

  it('looks below a first rate that stays in doubt, and says that nothing could be judged where all do', () => {
    const below = searched(1000, ({ rate }) => rate > 30);
    expect(below.end).toMatchObject({ ending: 'confirmed' });
    expect(below.end.confirmedRate).toBeLessThanOrEqual(30);
    const all = searched(1000, () => true, '10m');
    expect(all.end.ending).toBe('invalid');
    expect(all.end.reason).toContain('stayed in doubt');
  });

  it('soaks lower where a soak stays in doubt, and at once where no time is left to repeat it', () => {
    const isTop = (told: readonly Told[]) => told.find(({ purpose }) => purpose === 'soak')?.rate as number;
    const found = (budget: Budget) => {
      let top: number | undefined;
      return searched(
        170,
        ({ purpose, rate }) => {
          if (purpose !== 'soak') return false;
          top ??= rate;
          return rate === top;
        },
        budget,
      );
    };
    const short = found('2m');
    expect(short.told.filter(({ purpose, rate }) => purpose === 'soak' && rate === isTop(short.told))).toHaveLength(1);
    expect(short.end.confirmedRate).toBeCloseTo(isTop(short.told) / 1.1, 6);
    expect(short.tookS).toBeLessThanOrEqual(120);
    const long = found('10m');
    const soaks = long.told.filter(({ purpose }) => purpose === 'soak');
    expect(soaks.map(({ rate }) => rate)).toEqual([isTop(long.told), isTop(long.told), isTop(long.told) / 1.1]);
    expect(soaks[1]?.quietS).toBeGreaterThan(0);
  });
});
