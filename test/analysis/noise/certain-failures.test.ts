import { describe, expect, it } from 'vitest';
import { CallShifts } from '../../../src/analysis/call-shifts.js';
import { answeredFailuresBeyond } from '../../../src/analysis/noise/certain-failure.js';
import { certainFailuresKept } from '../../../src/analysis/noise/certain-miss.js';
import type { ShiftedCall } from '../../../src/analysis/noise/disturbance.js';
import { Tally } from '../../../src/analysis/tally.js';
import { IntervalRecorder } from '../../../src/journal/interval-recorder.js';
import { LatencyHistogram } from '../../../src/journal/latency-histogram.js';
import type { OutcomeClass } from '../../../src/scenario/outcome.js';
import { faultedRun, LOAD_END_S } from '../resilience/made-faulted-run.js';

const failed = (outcome: OutcomeClass, responseMs: number, shiftMs: number): ShiftedCall => ({
  cell: 0,
  dueMs: 0,
  responseUs: responseMs * 1000,
  shiftUs: shiftMs * 1000,
  outcome,
  stretch: 0,
});
const times = (count: number, call: ShiftedCall): ShiftedCall[] => Array.from({ length: count }, () => call);
/** Successes spread evenly between two times. */
const between = (fromMs: number, toMs: number, calls: number): LatencyHistogram => {
  const successes = new LatencyHistogram();
  for (let i = 0; i < calls; i++) successes.record(Math.round((fromMs + ((toMs - fromMs) * i) / calls) * 1000));
  return successes;
};
const keptOf = (calls: readonly ShiftedCall[], successes = new LatencyHistogram()): number =>
  certainFailuresKept(calls, () => ({}), successes);

describe('failures that no delay can have made', () => {
  it('are all answers that came at once, however many successes take as long', () => {
    expect(keptOf(times(20, failed('tool-error', 24, 8)), between(1, 25, 1000))).toBe(20);
  });

  it('are fewer where a server gave up after a time that many successes come close to', () => {
    expect(keptOf(times(20, failed('tool-error', 200, 8)), between(1, 200, 1000))).toBe(0);
    // Nearly nothing comes close: it gave up what was stuck.
    expect(keptOf(times(20, failed('tool-error', 2000, 8)), between(1, 20, 1000))).toBe(20);
  });

  it('are answers alone where nothing tells how long the server waited', () => {
    const unseen = Number.POSITIVE_INFINITY;
    expect(keptOf([failed('server-error', 5, unseen), failed('connection-reset', 5, unseen)])).toBe(1);
  });

  it('are those beyond ten times what the delay covers, where that is little', () => {
    expect(answeredFailuresBeyond(100, 100, { delayShare: 0.03 })).toBe(70);
    expect(answeredFailuresBeyond(20, 100, { delayShare: 0.03 })).toBe(0);
    expect(answeredFailuresBeyond(100, 100, { delayShare: 0.05 })).toBe(50);
    expect(answeredFailuresBeyond(100, 100, { delayShare: 0.051 })).toBe(0);
    expect(answeredFailuresBeyond(100, 100, {})).toBe(0);
  });

  it('are bounded in the same way where more failed than are kept one by one', () => {
    const shiftsOf = (errorMs: number, successes: readonly number[]): CallShifts => {
      const [ok, errors] = [new IntervalRecorder(), new IntervalRecorder()];
      for (const ms of successes) ok.record(ms * 1000);
      for (let i = 0; i < 20; i++) errors.record(errorMs * 1000);
      const tally = new Tally();
      const [response, failedResponse] = [ok.take(), errors.take()];
      if (response === undefined || failedResponse === undefined) throw new Error('nothing was recorded');
      const counts = { offered: successes.length + 20, ok: successes.length, failed: 20, errors: { 'tool-error': 20 } };
      tally.addSecond({ cell: 0, ...counts, response, failedResponse });
      const seconds = [{ shiftUs: 8000, due: successes.length + 20 }];
      return new CallShifts([{ tally, calls: [], seconds, steps: () => seconds, usual: {}, timeoutUs: 1e7, neverLeft: 0 }]);
    };
    const spread = Array.from({ length: 1000 }, (_, i) => 1 + i / 5);
    expect(shiftsOf(20, spread).certainFailures).toBe(20);
    expect(shiftsOf(200, spread).certainFailures).toBe(0);
  });
});

describe('the least that a quantile can have been', () => {
  it('takes the largest shift of a second for all its calls, and an estimate that of each instant', () => {
    const recorder = new IntervalRecorder();
    for (let i = 0; i < 100; i++) recorder.record(100_000);
    const response = recorder.take();
    if (response === undefined) throw new Error('nothing was recorded');
    const tally = new Tally();
    tally.addSecond({ cell: 0, offered: 100, ok: 100, response });
    const seconds = [{ shiftUs: 90_000, due: 100 }];
    const steps = () => [
      { shiftUs: 90_000, due: 10 },
      { shiftUs: 1000, due: 90 },
    ];
    const shifts = new CallShifts([{ tally, calls: [], seconds, steps, usual: {}, timeoutUs: 1e6, neverLeft: 0 }]);
    expect(shifts.reading(0.5, 'successes')).toBeLessThan(11_000);
    expect(shifts.likelyReading(0.5, 'successes')).toBeGreaterThan(98_000);
    expect(shifts.likelyReading(0.5, 'successes')).toBeLessThan(100_000);
    // The fastest tenth is what the other instant may have delayed.
    expect(shifts.likelyReading(0.05, 'successes')).toBeLessThan(100_000);
  });

  it('is an estimate in what a baseline keeps: one bad tenth of each second is not the delay of all', () => {
    const extra = Array.from({ length: LOAD_END_S }, (_second, t) => {
      const slots = Array.from({ length: 10 }, (_slot, i) => {
        const waitedUs = i === 0 ? 90_000 : 0;
        return [t * 1000 + i * 100, 100, waitedUs, waitedUs] as const;
      });
      return { type: 'delay', t, view: 'run-delay', slots } as const;
    });
    const { groups } = faultedRun({ keepAboveUs: 400_000, extra }).result;
    const { low, latencyUs } = groups.find(({ by }) => by === 'judged') ?? {};
    expect(latencyUs?.response.p50).toBeGreaterThan(9000);
    expect(low?.p50).toBeGreaterThan(9000);
  });
});
