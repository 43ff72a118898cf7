import { describe, expect, it } from 'vitest';
import { RECOVERY_PLANS, recoveryBudgetS } from '../../../src/capacity/recovery/recovery-plan.js';
import { type RecoveryLevelPlan, RecoverySearch } from '../../../src/capacity/recovery/recovery-search.js';
import { type RecoveryVerdict, recoveryVerdict } from '../../../src/capacity/recovery/recovery-verdict.js';
import type { RecoveryEnd } from '../../../src/journal/recovery-end.js';
import { holdLoad, type RetryingQueue } from '../simulation/retrying-queue.js';

/**
 * Whole searches for hidden capacity on a queue whose service takes three times as long for 20 s, with clients that wait a second. What
 * comes back is known: from about 1 / amplification on, work that was given up fills the server for ever (docs/capacity.md).
 */
const SEEDS = [1, 2, 3];
const noRetries: RetryingQueue = { capacity: 100, slowdown: 3, timeoutS: 1, attempts: 1, backoffS: 0.1 };
const plan = RECOVERY_PLANS['10m'];

interface Level {
  readonly level: RecoveryLevelPlan;
  readonly verdict: RecoveryVerdict;
  readonly attemptsPerCall: number;
}

function search(queue: RetryingQueue, seed: number, degradedShare = 1 / queue.slowdown) {
  const machine = new RecoverySearch({ plan, healthyRate: queue.capacity, degradedShare });
  const levels: Level[] = [];
  let nowS = 0;
  for (;;) {
    const action = machine.next(nowS);
    if (action.do === 'end') return { levels, end: action.end, tookS: nowS };
    const { level } = action;
    const { leadS, faultS, holdS } = level;
    const loadEndS = leadS + faultS + holdS;
    const load = { rate: level.rate, faultOnS: leadS, faultOffS: leadS + faultS, endS: loadEndS };
    const { record, attemptsPerCall } = holdLoad(queue, load, seed * 100 + levels.length);
    const verdict = recoveryVerdict({
      record,
      slo: { limits: record.limits },
      ...load,
      loadEndS,
      drainS: level.drainS,
      windowS: plan.windowS,
      leastHoldS: plan.leastHoldS,
      late: false,
    });
    levels.push({ level, verdict, attemptsPerCall });
    machine.record(verdict.outcome, verdict.reason, true);
    nowS += loadEndS + 10;
  }
}

const told = (found: { readonly levels: readonly Level[]; readonly end: RecoveryEnd }): string =>
  found.levels.map(({ level, verdict }) => `${level.share}: ${verdict.outcome}, ${verdict.reason}`).join('\n') + found.end.ending;

describe('hidden capacity of a queue with clients that give up', () => {
  it.each(SEEDS)('without retries it comes back at every load, in about the computed drain (seed %i)', (seed) => {
    const found = search(noRetries, seed);
    expect(found.end.ending, told(found)).toBe('recovers');
    expect(found.levels.map(({ level }) => level.share)).toEqual([0.5, 0.7, 0.8, 0.9]);
    for (const { level, verdict, attemptsPerCall } of found.levels) {
      expect(attemptsPerCall).toBe(1);
      // The page has 46.7 s computed and 42 s simulated at 80 %, 113 and 104 at 90 %.
      expect(verdict.recoverS ?? Number.NaN, told(found)).toBeGreaterThan(0.6 * level.drainS - 5);
      expect(verdict.recoverS ?? Number.NaN, told(found)).toBeLessThan(1.25 * level.drainS + 5);
    }
    expect(found.tookS).toBeLessThanOrEqual(recoveryBudgetS(plan));
  });

  it.each(SEEDS)('with three retries half of the load is stuck for ever: hidden capacity near 1/4 (seed %i)', (seed) => {
    const found = search({ ...noRetries, attempts: 4 }, seed);
    const at = new Map(found.levels.map(({ level, verdict }) => [level.share, verdict.outcome]));
    expect(at.get(0.5), told(found)).toBe('stuck');
    expect(at.has(0.7)).toBe(false);
    expect(found.end.ending, told(found)).toBe('bracketed');
    const recovers = found.levels.filter(({ verdict }) => verdict.outcome === 'recovers').map(({ level }) => level.share);
    // 1/4 lies between what recovers and what does not, within what chance adds.
    expect(Math.max(...recovers), told(found)).toBeLessThanOrEqual(0.3);
    expect(Math.max(...recovers), told(found)).toBeGreaterThanOrEqual(0.15);
    expect(Math.max(...found.levels.map(({ attemptsPerCall }) => attemptsPerCall))).toBeGreaterThan(3);
  });

  it.each(SEEDS)('a retry budget of a tenth moves it to near 1/1.1: 0.8 of the load recovers, 0.9 does not (seed %i)', (seed) => {
    const found = search({ ...noRetries, attempts: 4, retryBudget: 0.1 }, seed);
    const at = new Map(found.levels.map(({ level, verdict }) => [level.share, verdict.outcome]));
    expect(Object.fromEntries(at), told(found)).toEqual({ 0.5: 'recovers', 0.7: 'recovers', 0.8: 'recovers', 0.9: 'stuck' });
    expect(found.end.ending).toBe('bracketed');
    expect(Math.max(...found.levels.map(({ attemptsPerCall }) => attemptsPerCall))).toBeLessThan(2);
  });

  it.each(SEEDS)('a queue of half a second of work lets all loads come back, whatever the retries (seed %i)', (seed) => {
    const found = search({ ...noRetries, attempts: 4, queueCap: 50 }, seed);
    expect(found.end.ending, told(found)).toBe('recovers');
  });
});
