import { describe, expect, it } from 'vitest';
import { STREAM, uniformAt } from '../../src/load/random.js';
import { open, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

const sumOf = (
  seconds: ReturnType<typeof driveVirtually>['seconds'],
  name: 'rounds' | 'polls' | 'progress' | 'cancelled',
): number => seconds.flatMap(({ cells }) => cells).reduce((sum, cell) => sum + (cell[name] ?? 0), 0);

describe('what happens within calls', () => {
  it('is counted, and the time that the server waited for us is in no time of the call', () => {
    const drive = driveVirtually(scenarioOf(), () => ({ afterMs: 500, rounds: 2, polls: 3, progress: 4, oursMs: 450 }));
    expect(drive.totals.ok).toBe(10);
    expect(Math.abs(drive.response.maxUs! - 50_000)).toBeLessThanOrEqual(1);
    expect(Math.abs(drive.service.maxUs! - 50_000)).toBeLessThanOrEqual(1);
    expect([sumOf(drive.seconds, 'rounds'), sumOf(drive.seconds, 'polls'), sumOf(drive.seconds, 'progress')]).toEqual([
      20, 30, 40,
    ]);
    const waits = drive.seconds.flatMap(({ cells }) => cells.flatMap(({ clientDelay }) => clientDelay ?? []));
    expect(waits.reduce((sum, { sumUs }) => sum + sumUs, 0)).toBe(10 * 450_000);
  });
});

describe('cancel', () => {
  const cancelling = (share: number) =>
    scenarioOf({
      calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: {}, cancel: { afterMs: 100, share } }],
      load: { phases: [open('steady', 100, 2000)], seed: 5 },
    });

  it('takes its share of the calls back when they take too long, and counts them neither as ok nor as failed', () => {
    const { calls, seconds, totals } = driveVirtually(cancelling(0.25), () => ({ afterMs: 300 }));
    const chosen = calls.filter(({ cancelled }) => cancelled === 'cancelled').length;
    expect(chosen).toBe(calls.filter((_, i) => uniformAt(5, STREAM.cancel, i * 64) < 0.25).length);
    expect(chosen).toBeGreaterThan(20);
    expect(sumOf(seconds, 'cancelled')).toBe(chosen);
    expect(totals).toMatchObject({ offered: 200, ok: 200 - chosen, failed: 0 });
  });

  it('leaves calls alone that are answered in time', () => {
    const { calls, seconds, totals } = driveVirtually(cancelling(1), () => ({ afterMs: 50 }));
    expect(calls.filter(({ cancelled }) => cancelled !== undefined)).toEqual([]);
    expect(sumOf(seconds, 'cancelled')).toBe(0);
    expect(totals.ok).toBe(200);
  });
});
