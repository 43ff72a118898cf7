import { describe, expect, it } from 'vitest';
import { isRetryable, RetryBudget } from '../../src/load/retry-budget.js';
import { OUTCOME_CLASSES } from '../../src/scenario/outcome.js';
import type { SeenCall } from './fake-driver.js';
import { open, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

const retrying = (retry: { attempts: number; backoffMs: number; budget: number }, rate = 10) =>
  scenarioOf({ load: { phases: [open('steady', rate, 2000)], retry } });
/** Fails the first attempts of every call; calls do not overlap at these rates. */
const failing = (times: number) => {
  let attempt = 0;
  return (_: SeenCall) => {
    const fails = attempt < times;
    attempt = fails ? attempt + 1 : 0;
    return fails ? ({ afterMs: 10, outcome: 'server-error' } as const) : { afterMs: 10 };
  };
};

describe('retries', () => {
  it('tries again after a pause that doubles, holds the slot, and counts from the intended start to the final end', () => {
    const drive = driveVirtually(retrying({ attempts: 3, backoffMs: 20, budget: 10 }, 5), failing(2));
    expect(drive.totals).toMatchObject({ offered: 10, started: 10, ok: 10, failed: 0, retries: 20, bytesSent: 3000 });
    expect(drive.calls).toHaveLength(30);
    for (let i = 0; i < 10; i++) {
      const [first, second, third] = drive.calls.slice(3 * i, 3 * i + 3).map(({ atMs }) => atMs) as [number, number, number];
      // 10 ms for the answer, then a pause between half and all of 20 and 40 ms.
      expect(second - first).toBeGreaterThanOrEqual(20);
      expect(second - first).toBeLessThan(30.2);
      expect(third - second).toBeGreaterThanOrEqual(30);
      expect(third - second).toBeLessThan(50.2);
    }
    expect(drive.response.minUs).toBeGreaterThanOrEqual(60_000);
    expect(drive.service.maxUs).toBeLessThan(10_200);
    expect(new Set(drive.calls.map(({ traceparent }) => traceparent)).size).toBe(30);
  });

  it('gives up after the last attempt', () => {
    const drive = driveVirtually(retrying({ attempts: 2, backoffMs: 10, budget: 10 }), () => ({
      afterMs: 1,
      outcome: 'overloaded',
    }));
    expect(drive.totals).toMatchObject({ offered: 20, failed: 20, retries: 20 });
    expect(drive.errors).toEqual({ overloaded: 20 });
  });

  it('keeps within its budget: a share of the first attempts', () => {
    const drive = driveVirtually(retrying({ attempts: 5, backoffMs: 1, budget: 0.1 }, 100), () => ({
      afterMs: 1,
      outcome: 'server-error',
    }));
    expect(drive.totals).toMatchObject({ offered: 200, failed: 200, retries: 20 });
  });

  it('waits for Retry-After, and not for ever', () => {
    const drive = driveVirtually(retrying({ attempts: 2, backoffMs: 1, budget: 10 }, 1), failingWith(700));
    expect(Math.round((drive.calls[1]?.atMs ?? 0) - (drive.calls[0]?.atMs ?? 0))).toBe(705);
    const never = driveVirtually(retrying({ attempts: 2, backoffMs: 1, budget: 10 }, 1), failingWith(3_600_000));
    expect(never.totals.retries).toBe(0);
  });

  it('ends as unfinished while it waits for its next attempt, when the drain ends', () => {
    const scenario = scenarioOf({
      load: { phases: [open('steady', 10, 1000)], drainMs: 1000, retry: { attempts: 2, backoffMs: 30_000, budget: 10 } },
    });
    const drive = driveVirtually(scenario, () => ({ afterMs: 5, outcome: 'server-error' }));
    expect(drive.totals).toMatchObject({ offered: 10, unfinished: 10, retries: 0 });
    expect(drive.end.endedS).toBeCloseTo(2, 1);
  });

  it('tries again what passes by itself, and nothing else', () => {
    expect(OUTCOME_CLASSES.filter(isRetryable)).toEqual(
      [
        'timeout',
        'rate-limited',
        'connect-failed',
        'connection-reset',
        'truncated',
        'stream-lost',
        'server-error',
        'overloaded',
        'rpc-internal-error',
        'rpc-server-error',
        'crash',
        'dependency-failed',
      ].sort((a, b) => OUTCOME_CLASSES.indexOf(a as never) - OUTCOME_CLASSES.indexOf(b as never)),
    );
  });

  it('spreads the pauses of calls that failed together', () => {
    const budget = new RetryBudget({ attempts: 2, backoffMs: 100, budget: 1 }, 1);
    const pauses = Array.from({ length: 1000 }, () => {
      budget.firstAttempt();
      return budget.pauseAfter('timeout', 1) ?? 0;
    });
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(100);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / 1000).toBeCloseTo(75, -0.7);
  });
});

function failingWith(retryAfterMs: number) {
  let attempt = 0;
  return () => (attempt++ % 2 === 0 ? ({ afterMs: 5, outcome: 'rate-limited', retryAfterMs } as const) : { afterMs: 5 });
}
