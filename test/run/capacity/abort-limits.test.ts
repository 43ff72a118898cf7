import { describe, expect, it } from 'vitest';
import { abortLimits } from '../../../src/run/capacity/abort-limits.js';
import { reasonToStop } from '../../../src/run/capacity/trial-runner.js';

const slo = { declared: true, success: 0.99, p95Ms: 80, tools: { b: { p99Ms: 400 } }, during: {} };
const limits = abortLimits(slo, 100, 10, (tool) => (tool === 'b' ? 0.5 : 1));

const seen = (change: { late?: number; givenUp?: number; over?: number; failed?: number }) => ({
  givenUp: change.givenUp ?? 0,
  lateStarts: () => change.late ?? 0,
  overSoFar: (_limitUs: number, { tool }: { readonly tool?: string }) => (tool === undefined ? (change.over ?? 0) : 0),
  failedSoFar: () => change.failed ?? 0,
});
const tally = (inFlight: number, older: readonly number[] = []) => ({ worker: 0, inFlight, older });

describe('the end of a trial before its end', () => {
  it('comes when more is in flight than four times what the longest limit explains, and never below 50', () => {
    expect(limits.inFlight).toBe(160);
    expect(abortLimits(slo, 10, 10, () => 1).inFlight).toBe(50);
    expect(reasonToStop(limits, seen({}), [tally(100), tally(60)])).toBeUndefined();
    expect(reasonToStop(limits, seen({}), [tally(100), tally(61)])).toBe('in-flight');
  });

  it('comes when the miss is certain: ended late, not answered, or in flight for longer than the limit', () => {
    // 5 % of 1000; of tool b, 1 % of max(500, 299).
    expect(limits.over.map(({ allowed }) => Math.round(allowed * 10) / 10)).toEqual([50, 5]);
    expect(reasonToStop(limits, seen({ over: 50 }), [tally(10)])).toBeUndefined();
    expect(reasonToStop(limits, seen({ over: 40 }), [tally(12, [11, 0])])).toBe('over');
    expect(reasonToStop(limits, seen({}), [tally(12, [3, 3]), tally(12, [3, 3])])).toBe('over');
    expect(reasonToStop(limits, seen({ failed: 11 }), [tally(1)])).toBe('over');
  });

  it('waits for as many misses as the fewest calls that prove the quantile may have', () => {
    const few = abortLimits({ declared: true, p95Ms: 80, tools: {}, during: {} }, 1, 10, () => 1);
    expect(few.over[0]?.allowed).toBeCloseTo(0.05 * 59, 9);
  });

  it('comes when the generator is late in more than 1 % of the starts, or gave one up: that first', () => {
    expect(limits.late).toEqual({ limitUs: 4000, allowed: 10 });
    expect(reasonToStop(limits, seen({ late: 10 }), [tally(1)])).toBeUndefined();
    expect(reasonToStop(limits, seen({ late: 11, over: 1000 }), [tally(1000)])).toBe('late');
    expect(reasonToStop(limits, seen({ givenUp: 1 }), [tally(1)])).toBe('late');
  });
});
