import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { TrialNoise } from '../../../src/journal/trial-entry.js';
import { abortLimits } from '../../../src/run/capacity/abort-limits.js';
import { agesOf, reasonToStop as reason } from '../../../src/run/capacity/reason-to-stop.js';

const conditions = conditionsOf({ declared: true, success: 0.99, p95Ms: 80, tools: { b: { p99Ms: 400 } }, during: {} });
const limits = abortLimits(conditions, 100, 10, (tool) => (tool === 'b' ? 0.5 : 1));

const seen = (change: { givenUp?: number; over?: number; failed?: number }) => ({
  givenUp: change.givenUp ?? 0,
  overSoFar: (_limitUs: number, { tool }: { readonly tool?: string }) => (tool === undefined ? (change.over ?? 0) : 0),
  failedSoFar: () => change.failed ?? 0,
});
/** Calls in flight older than a limit: by rule, of whatever shift. */
const tally = (inFlight: number, older: readonly number[] = []) => ({
  worker: 0,
  inFlight,
  older: older.flatMap((count) => [count, count, count]),
});
const reasonToStop = (
  recorder: Parameters<typeof reason>[1],
  tallies: Parameters<typeof reason>[2],
  noise?: Partial<TrialNoise>,
) =>
  reason(limits, recorder, tallies, () =>
    noise === undefined
      ? undefined
      : { view: 'run-delay', disturbedSeconds: 1, seconds: 3, largestShiftUs: 0, certainOver: {}, ...noise },
  );

describe('the end of a trial before its end', () => {
  it('comes when more is in flight than four times what the longest limit explains, and never below 50', () => {
    expect(limits.inFlight).toBe(160);
    expect(abortLimits(conditions, 10, 10, () => 1).inFlight).toBe(50);
    expect(reasonToStop(seen({}), [tally(100), tally(60)])).toBeUndefined();
    expect(reasonToStop(seen({}), [tally(100), tally(61)])).toBe('in-flight');
  });

  it('comes when the miss is certain: ended late, not answered, or in flight for longer than the limit', () => {
    // 5 % of 1000; of tool b, 1 % of max(500, 299).
    expect(limits.over.map(({ allowed }) => Math.round(allowed * 10) / 10)).toEqual([50, 5]);
    expect(reasonToStop(seen({ over: 50 }), [tally(10)])).toBeUndefined();
    expect(reasonToStop(seen({ over: 40 }), [tally(12, [11, 0])])).toBe('over');
    expect(reasonToStop(seen({}), [tally(12, [3, 3]), tally(12, [3, 3])])).toBe('over');
    expect(reasonToStop(seen({ failed: 11 }), [tally(1)])).toBe('over');
  });

  it('waits for as many misses as the fewest calls that prove the quantile may have', () => {
    const few = abortLimits(conditionsOf({ declared: true, p95Ms: 80, tools: {}, during: {} }), 1, 10, () => 1);
    expect(few.over[0]?.allowed).toBeCloseTo(0.05 * 59, 9);
  });

  it('comes when the generator gave up more than 1 % of the starts, that first, and not for starts that are late', () => {
    expect(limits.givenUp).toBe(10);
    expect(reasonToStop(seen({ givenUp: 10 }), [tally(1)])).toBeUndefined();
    expect(reasonToStop(seen({ givenUp: 11, over: 1000 }), [tally(1000)])).toBe('late');
  });

  it('waits while this machine may have made the misses', () => {
    const p95 = 'p95 <= 80 ms';
    expect(reasonToStop(seen({ over: 60 }), [tally(1)], { largestShiftUs: 40_000, certainOver: { [p95]: 50 } })).toBeUndefined();
    expect(reasonToStop(seen({ over: 60 }), [tally(1)], { largestShiftUs: 40_000, certainOver: { [p95]: 51 } })).toBe('over');
    expect(reasonToStop(seen({ failed: 11 }), [tally(1)], { certainOver: { 'success >= 99 %': 10 } })).toBeUndefined();
    expect(reasonToStop(seen({ failed: 11 }), [tally(1)], { certainOver: { 'success >= 99 %': 11 } })).toBe('over');
    // Where nothing tells how long the server waited, what is seen decides.
    expect(reasonToStop(seen({ over: 60 }), [tally(1)], { view: 'none', largestShiftUs: null })).toBe('over');
  });

  it('counts calls in flight once they are older than the limit by what they can have been shifted', () => {
    expect(agesOf(limits).map(({ ms }) => ms)).toEqual([80, 90, 1080, 400, 410, 1400]);
    const older = { worker: 0, inFlight: 100, older: [100, 60, 51, 0, 0, 0] };
    const at = (largestShiftUs: number | null, inFlight = older) => reasonToStop(seen({}), [inFlight], { largestShiftUs });
    expect(at(10_000)).toBe('over');
    expect(at(10_001)).toBe('over');
    expect(at(10_001, { ...older, older: [100, 60, 50, 0, 0, 0] })).toBeUndefined();
    expect(at(1_000_001)).toBeUndefined();
    expect(at(null)).toBeUndefined();
  });
});
