import { describe, expect, it } from 'vitest';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import type { SloCondition } from '../../../src/capacity/search/slo-condition.js';
import type { Budget } from '../../../src/journal/search-plan.js';
import { type SimulatedCase, simulateSearch } from '../simulation/simulated-search.js';
import type { ServerModel } from '../simulation/simulated-server.js';

/**
 * Whole searches on queues whose truth is known from long runs (docs/capacity.md). A few seeds here; SEARCH_SEEDS=200 makes it the bench:
 * it then prints a row for each queue and budget.
 */
const SEEDS = Number(process.env.SEARCH_SEEDS ?? 4);
const BUDGETS: readonly Budget[] = ['2m', '5m', '10m'];

const latency = (quantile: number, limitMs: number): SloCondition => ({
  name: `q${quantile} <= ${limitMs} ms`,
  kind: 'latency',
  quantile,
  limitMs,
});
const plain: ServerModel = { slots: 4, serviceS: 0.02, cv: 0, pauses: false, driftSd: 0, coldShare: 0, arrivals: 'poisson' };
const a: ServerModel = { slots: 8, serviceS: 0.02, cv: 1, pauses: true, driftSd: 0.04, coldShare: 0.5, arrivals: 'poisson' };
const b: ServerModel = { slots: 1, serviceS: 0.0025, cv: 1.5, pauses: true, driftSd: 0.05, coldShare: 0.5, arrivals: 'poisson' };

interface Row extends SimulatedCase {
  readonly name: string;
  readonly truth: number;
  /** Widest error of an estimate that a handful of seeds may show: four of the page's standard deviations, and its bias. */
  readonly within: number;
}

const rows: readonly Row[] = [
  { name: 'M/D/4 20 ms, p95 80 ms', model: plain, condition: latency(0.95, 80), truth: 177.6, within: 0.16 },
  {
    name: 'D/D/4 20 ms, p95 80 ms',
    model: { ...plain, arrivals: 'constant' },
    condition: latency(0.95, 80),
    truth: 200,
    within: 0.36,
  },
  { name: 'M/D/4 20 ms, p95 1 s', model: plain, condition: latency(0.95, 1000), truth: 198.6, within: 0.25 },
  { name: 'M/G/4 lognormal, p99 200 ms', model: { ...plain, cv: 1 }, condition: latency(0.99, 200), truth: 174.3, within: 0.27 },
  { name: 'A: 8 slots, pauses, drift 4 %, p99 200 ms', model: a, condition: latency(0.99, 200), truth: 353.5, within: 0.26 },
  { name: 'B: 1 server, pauses, drift 5 %, p99 100 ms', model: b, condition: latency(0.99, 100), truth: 301.9, within: 0.42 },
];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

describe.each(rows)('$name', (row) => {
  it.each(BUDGETS)('finds its capacity in %s', (budget) => {
    const results = Array.from({ length: SEEDS }, (_, seed) => simulateSearch(row, budget, seed + 1));
    const estimates = results.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
    const covers = estimates.filter(({ low, high }) => low <= row.truth && row.truth <= high).length;
    const confirmed = results.flatMap(({ end }) => (end.confirmedRate === undefined ? [] : [end.confirmedRate / row.truth]));
    const longestS = Math.max(...results.map(({ tookS }) => tookS));
    if (process.env.SEARCH_SEEDS !== undefined) {
      const ratios = estimates.map(({ rate }) => rate / row.truth);
      const sd = Math.sqrt(mean(ratios.map((ratio) => (ratio - mean(ratios)) ** 2)));
      console.log(
        `${row.name} | ${budget} | confirmed ${percent(confirmed.length / SEEDS)}, mean ${mean(confirmed).toFixed(2)} | estimate mean ${mean(ratios).toFixed(3)} sd ${sd.toFixed(3)} | covers ${percent(covers / estimates.length)} | minutes ${(mean(results.map(({ tookS }) => tookS)) / 60).toFixed(1)}, most ${(longestS / 60).toFixed(2)}`,
      );
    }
    expect(longestS).toBeLessThanOrEqual(SEARCH_PLANS[budget].budgetS);
    expect(estimates.length).toBeGreaterThanOrEqual(SEEDS * 0.9);
    expect(covers / estimates.length).toBeGreaterThanOrEqual(SEEDS >= 100 ? 0.88 : 0.5);
    if (SEEDS < 100) for (const { rate } of estimates) expect(Math.abs(rate / row.truth - 1)).toBeLessThan(row.within);
    // A confirmed rate far above the truth would be a soak that cannot fail.
    for (const ratio of confirmed) expect(ratio).toBeLessThan(1.25);
  });
});

describe('where a search begins', () => {
  /** Less by as much as a closed loop of three seconds is off: where the answer is its very ceiling, the second trial lies at the half. */
  const HALF = 0.49;
  /** As it was before: the given rate doubled up to an eighth of the closed loop, warmed up at four times that. */
  const eighth = (ceiling: number) => searchStart(10 * 2 ** Math.max(0, Math.floor(Math.log2(ceiling / 80))));

  it.each(rows)(
    '$name: spends no more than a trial below half of the answer, two where the closed loop met a cold server',
    (row) => {
      const most = row.model.coldShare > 0 ? 2 : 1;
      let before = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const below = (begin?: typeof eighth) =>
          simulateSearch(row, '2m', seed, begin).tried.filter(({ rate }) => rate < HALF * row.truth);
        const own = below();
        expect(own.length).toBeLessThanOrEqual(most);
        before += below(eighth).length - own.length;
      }
      expect(before).toBeGreaterThanOrEqual(SEEDS);
    },
  );
});

describe('a generator that is late near 300/s', () => {
  it('makes the answer "at least", and never more than 5 % above the truth', () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { end, estimate } = simulateSearch(
        { model: a, condition: latency(0.99, 200), lateChance: (rate) => 1 / (1 + Math.exp(-(rate - 300) / 8)) },
        '5m',
        seed,
      );
      expect(['at-least', 'unconfirmed']).toContain(end.ending);
      expect(end.confirmedRate ?? 0).toBeLessThan(353.5 * 1.05);
      expect(estimate).toBeUndefined();
    }
  });
});
