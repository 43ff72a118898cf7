import { describe, expect, it } from 'vitest';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { TrialEntry } from '../../../src/journal/trial-entry.js';
import { runSearch } from '../../../src/run/capacity/run-search.js';
import type { TrialOrder } from '../../../src/run/capacity/trial-runner.js';
import { simpleTrial } from '../../capacity/made-trial.js';

const conditions = conditionsOf({ declared: true, p95Ms: 80, tools: {}, during: {} });
const plan = SEARCH_PLANS['2m'];

/** A search on a clock of its own against a server that meets the SLO up to a rate. */
async function searched(
  capacity: number,
  change: { entry?: (order: TrialOrder, count: number) => Partial<TrialEntry>; until?: number; ceiling?: number } = {},
) {
  let nowMs = 0;
  const orders: TrialOrder[] = [];
  const told: string[] = [];
  const starts: number[] = [];
  const { ceiling } = change;
  const run = await runSearch({
    under: 'none',
    plan,
    startRate: 20,
    conditions,
    ...(ceiling === undefined
      ? {}
      : {
          measureCeiling: async () => {
            nowMs += 4000;
            return ceiling;
          },
        }),
    onStart: (rate) => void starts.push(rate),
    trial: async (order, deadlineMs) => {
      orders.push(order);
      nowMs += (order.settleS + order.measureS + 0.5) * 1000;
      expect(nowMs).toBeLessThanOrEqual(deadlineMs);
      const { purpose, askedS: searchS, settleS, measureS: plannedS } = order;
      const share = order.rate > capacity ? 0.2 : 0.01;
      return simpleTrial(order.rate, share, { purpose, searchS, settleS, plannedS, ...change.entry?.(order, orders.length) });
    },
    onTrial: (entry, verdict) => void told.push(`${entry.purpose} ${Math.round(entry.offeredRate)} ${verdict?.outcome ?? '-'}`),
    nowMs: () => nowMs,
    interrupted: () => (orders.length >= (change.until ?? 1000) ? 'stopped by the user' : undefined),
  });
  return { ...run, orders, told, starts };
}

describe('a search', () => {
  it('warms up, doubles, bisects and soaks within its budget, and tells each trial', async () => {
    const { end, told, orders, tookS } = await searched(170);
    expect(end).toMatchObject({ ending: 'confirmed' });
    expect(end.confirmedRate).toBeGreaterThan(130);
    expect(end.confirmedRate).toBeLessThanOrEqual(170);
    expect(tookS).toBeLessThanOrEqual(120);
    expect(told.slice(0, 3)).toEqual(['warm-up 80 -', 'double 20 pass', 'double 40 pass']);
    expect(told).toHaveLength(orders.length);
    expect(orders[0]?.enough?.([20, 20, 20])).toBe(true);
    expect(orders[1]?.askedS).toBe(12.5);
  });

  it('begins where a closed loop says, and counts the time that this took', async () => {
    const { told, orders, starts } = await searched(170, { ceiling: 180 });
    expect(starts).toEqual([45]);
    expect(told.slice(0, 3)).toEqual(['warm-up 90 -', 'double 45 pass', 'double 90 pass']);
    expect(orders[0]?.askedS).toBe(4);
  });

  it('ends when the server does not come back after an overload', async () => {
    const { end, told } = await searched(50, {
      entry: ({ rate }) => (rate > 50 ? { stopped: 'in-flight', cameBack: false } : {}),
    });
    expect(end.ending).toBe('degraded-for-good');
    expect(told.at(-1)).toBe('double 80 fail');
  });

  it('ends where the user stops it, and judges no trial that was cut short', async () => {
    const { end, told } = await searched(170, { until: 3, entry: (_, count) => (count === 3 ? { stopped: 'stopped' } : {}) });
    expect(end).toMatchObject({ ending: 'interrupted', reason: 'stopped by the user', largestPass: 20 });
    expect(told.at(-1)).toBe('double 40 -');
  });
});
