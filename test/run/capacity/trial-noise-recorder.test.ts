import { describe, expect, it } from 'vitest';
import { Tally } from '../../../src/analysis/tally.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { DelayEntry } from '../../../src/journal/delay-entry.js';
import { IntervalRecorder } from '../../../src/journal/interval-recorder.js';
import type { SecondEntry } from '../../../src/journal/second-entry.js';
import type { SlowCall } from '../../../src/journal/slow-call.js';
import { TrialNoiseRecorder } from '../../../src/run/capacity/trial-noise-recorder.js';

const conditions = conditionsOf({ declared: true, success: 0.99, p95Ms: 80, tools: { b: { p95Ms: 40 } }, during: {} });
const [SUCCESS, P95, TOOL] = ['success >= 99 %', 'p95 <= 80 ms', 'b: p95 <= 40 ms'];
const CALM = { settleS: 1, endS: 3, stopped: false };

/** One thread with a call in flight at every instant of every second, but for the first instant of each. */
const second = (t: number, slow: readonly SlowCall[] = []): SecondEntry => ({
  type: 'second',
  t,
  worker: 0,
  inFlight: 1,
  generator: { inFlightAt: Array.from({ length: 100 }, (_, i) => (i === 0 ? 0 : 1)) },
  cells: [],
  ...(slow.length === 0 ? {} : { slow }),
});
/** Slots of a second in which the server waited for so long, each. */
const delay = (t: number, waitedMs: number): DelayEntry => ({
  type: 'delay',
  t,
  view: 'run-delay',
  slots: Array.from({ length: 10 }, (_, i) => [t * 1000 + i * 100, 100, waitedMs * 1000, waitedMs * 1000] as const),
});

const tallyOf = (responsesMs: readonly number[], errors: Readonly<Record<string, number>> = {}): Tally => {
  const recorder = new IntervalRecorder();
  for (const ms of responsesMs) recorder.record(ms * 1000);
  const response = recorder.take();
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const sum = new Tally();
  sum.addSecond({
    cell: 0,
    offered: responsesMs.length + failed,
    ok: responsesMs.length,
    ...(failed === 0 ? {} : { failed, errors }),
    ...(response === undefined ? {} : { response }),
  });
  return sum;
};

function told(
  entries: readonly (SecondEntry | DelayEntry)[],
  cells = new Map([[1, { tool: 'a', sum: tallyOf([]) }]]),
  window = CALM,
) {
  const recorder = new TrialNoiseRecorder({ conditions, ratePerS: 100, maxInFlight: 1000 });
  for (const entry of entries) recorder.add(entry);
  return recorder.told(window, cells);
}

describe('what a trial keeps of the noise', () => {
  it('is nothing where nothing was told of it', () => {
    expect(told([{ ...second(0), generator: {} }])).toBeUndefined();
  });

  it('counts the calls that stay above a limit after each was shortened by its own shift', () => {
    const calls: readonly SlowCall[] = [
      // Due 10 ms into a second in which the server waited for 3 of each 100 ms: 3 ms are taken off it.
      [1, 2010, 81_000, 0],
      [1, 2010, 95_000, 0],
      // Of the other tool, with a limit of its own.
      [2, 2010, 42_000, 0],
      [2, 2010, 60_000, 0],
      // Its start was late by all that it was over.
      [1, 2310, 110_000, 40_000],
    ];
    const cells = new Map([
      [1, { tool: 'a', sum: tallyOf([81, 95, 110]) }],
      [2, { tool: 'b', sum: tallyOf([42, 60]) }],
    ]);
    const found = told([second(0), second(1), second(2, calls), delay(0, 0), delay(1, 0), delay(2, 3)], cells);
    expect(found).toMatchObject({
      view: 'run-delay',
      // 30 ms in a second are what a quiet machine has too.
      disturbedSeconds: 0,
      seconds: 3,
      certainOver: { [P95 as string]: 1, [TOOL as string]: 1 },
    });
    expect(found?.largestShiftUs).toBeGreaterThanOrEqual(30_000);
    expect(found).not.toHaveProperty('stopShiftUs');
  });

  it('counts more calls than are kept one by one where all stay above the limit by the largest shift', () => {
    const many = new Map([[1, { tool: 'a', sum: tallyOf(Array.from({ length: 700 }, () => 200)) }]]);
    const found = told([second(0), second(1), second(2), delay(2, 3)], many);
    expect(found?.largestShiftUs).toBeLessThan(100_000);
    expect(found?.certainOver[P95 as string]).toBe(700);
  });

  it('takes failures of contract for certain, and a timeout only where its shift was not as long', () => {
    const failures: readonly SlowCall[] = [
      [1, 2010, 5_000, 0, 'malformed'],
      [1, 2010, 5_000_000, 0, 'timeout'],
      [1, 2010, 60_000, 50_000, 'timeout'],
    ];
    const cells = new Map([[1, { tool: 'a', sum: tallyOf([20], { malformed: 1, timeout: 2 }) }]]);
    expect(told([second(0), second(1), second(2, failures), delay(2, 0)], cells)?.certainOver[SUCCESS as string]).toBe(2);
  });

  it('takes no timeout for certain where as many successes come close to the time limit', () => {
    const calls: readonly SlowCall[] = Array.from({ length: 10 }, () => [1, 2010, 500_000, 0, 'timeout'] as const);
    const entries = [second(0), second(1), second(2, calls), delay(2, 5)];
    const standing = (successes: readonly number[]) =>
      told(entries, new Map([[1, { tool: 'a', sum: tallyOf(successes, { timeout: 10 }) }]]))?.certainOver[SUCCESS as string];
    expect(standing(Array.from({ length: 400 }, (_, i) => 100 + i))).toBe(0);
    expect(standing(Array.from({ length: 400 }, () => 50))).toBeGreaterThan(7);
  });

  it('tells the shift of the moment of a stop, and that it cannot be told', () => {
    const entries = [second(0), second(1), second(2), delay(0, 0), delay(1, 0), delay(2, 20)];
    expect(told(entries, undefined, { settleS: 1, endS: 2.5, stopped: true })?.stopShiftUs).toBeGreaterThan(100_000);
    expect(told([second(0), second(1)], undefined, { ...CALM, stopped: true })).toMatchObject({
      view: 'none',
      largestShiftUs: null,
      stopShiftUs: null,
    });
  });
});
