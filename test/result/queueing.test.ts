import { describe, expect, it } from 'vitest';
import { queueingHint } from '../../src/capacity/law/queueing-hint.js';
import type { Trial } from '../../src/result/capacity-figures.js';
import { erlangB, erlangC, longerThan, maxUtilisation, responseQuantile } from '../../src/statistics/erlang.js';
import { expectCloseTo } from '../capacity/close-to.js';
import vectors from '../capacity/queueing-vectors.json' with { type: 'json' };

describe('queueing', () => {
  it('has Erlang B and C', () => {
    for (const { c, a, erlang_b, erlang_c } of vectors.erlang) {
      expectCloseTo([erlangB(c, a), erlangC(c, a)], [erlang_b, erlang_c], 1e-9, `c ${c} a ${a}`);
    }
    expect(erlangC(3, 3)).toBe(1);
  });

  it('has response quantiles of M/M/c', () => {
    for (const { c, rho, p50, p95, p99 } of vectors.responseQuantiles) {
      const at = (p: number) => responseQuantile(c, c * rho, p);
      expectCloseTo([at(0.5), at(0.95), at(0.99)], [p50, p95, p99], 1e-9, `c ${c} rho ${rho}`);
    }
    expect(responseQuantile(2, 2, 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has the tail also where the plain formula divides by zero', () => {
    for (const { c, a, t, p_longer: expected } of vectors.responseTail) {
      expectCloseTo(longerThan(c, a, t), expected, 1e-9, `c ${c} a ${a} t ${t}`);
    }
  });

  it('has the highest utilisation that keeps p99', () => {
    for (const { c, p99_limit_over_S: limit, max_rho: expected } of vectors.maxUtilisation) {
      expect(Math.abs(maxUtilisation(c, limit) - expected), `c ${c} k ${limit}`).toBeLessThan(1e-4);
    }
    expect(maxUtilisation(4, 4)).toBe(0);
  });
});

describe('queueing hint', () => {
  const trial = (achievedRate: number, latencyS: number, outcome: Trial['outcome'] = 'pass', under = 'none'): Trial => ({
    under,
    purpose: 'bisect',
    offeredRate: achievedRate,
    achievedRate,
    durationS: 10,
    startS: 0,
    outcome,
    reason: '',
    due: achievedRate * 10,
    over: 0,
    condition: 'p95 <= 400 ms',
    meanInFlight: achievedRate * latencyS,
  });

  it('takes workers and service time from the trials by Little’s law', () => {
    const trials = [trial(20, 0.05), trial(80, 0.06), trial(160, 0.4, 'fail'), trial(1, 9, 'pass', 'slow-dependency@db')];
    const hint = queueingHint(trials, 0.95);
    expect(hint).toMatchObject({ workers: 8, serviceS: 0.05, quantile: 0.95 });
    const { curve } = hint!;
    // Alone a call has an exponential service time; near the limit of 160 calls/s it waits.
    expect(curve[0]?.latencyS).toBeCloseTo(-0.05 * Math.log(0.05), 4);
    expect(curve.at(-1)?.ratePerS).toBeCloseTo(0.99 * 160, 9);
    for (const [i, { latencyS }] of curve.entries()) if (i > 0) expect(latencyS).toBeGreaterThanOrEqual(curve[i - 1]!.latencyS);
  });

  it('says nothing where the trials do not tell', () => {
    expect(queueingHint([], 0.95)).toBeUndefined();
    expect(queueingHint([trial(50, 0.05), trial(80, 0.06)], 0.95)).toBeUndefined();
    const { meanInFlight: _, ...untold } = trial(20, 0.05);
    expect(queueingHint([untold, trial(100, 0.4, 'fail')], 0.95)).toBeUndefined();
  });
});
