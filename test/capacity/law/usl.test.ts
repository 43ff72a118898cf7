import { describe, expect, it } from 'vitest';
import { declineOf, lackOfFit, levelsOf } from '../../../src/capacity/law/sweep-levels.js';
import { peakOf, rateOf, type Usl } from '../../../src/capacity/law/usl.js';
import { covarianceOf, fitUnbounded, fitUsl, relativeWeights } from '../../../src/capacity/law/usl-fit.js';
import { callersForLatency, callersForRate, rateForLatency } from '../../../src/capacity/law/usl-inverse.js';
import { fitLaw } from '../../../src/capacity/law/usl-verdict.js';
import type { LawFigures, SweepPoint } from '../../../src/result/law-figures.js';
import { expectCloseTo } from '../close-to.js';
import vectors from '../usl-vectors.json' with { type: 'json' };

const RELATIVE = 1e-6;

interface Sweep {
  readonly N: readonly number[];
  readonly X: readonly number[];
}
const pointsOf = ({ N, X }: Sweep) => N.map((callers, i) => ({ callers, rate: X[i] as number }));
const unweighted = (sweep: Sweep) => pointsOf(sweep).map((point) => ({ ...point, weight: 1 }));
const lawIn = (fit: { readonly lambda_: number; readonly sigma: number; readonly kappa: number }) => ({
  lambda: fit.lambda_,
  sigma: fit.sigma,
  kappa: fit.kappa,
});

/** A sweep of a server with that law and multiplicative noise from a fixed seed. */
function sweepOf(rate: (n: number) => number, levels: readonly number[], trials: number, noise: number, seed = 1): SweepPoint[] {
  let state = seed;
  const uniform = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state + 0.5) / 4294967296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return levels.flatMap((callers) =>
    Array.from({ length: trials }, () => ({ callers, rate: rate(callers) * (1 + noise * normal()) })),
  );
}
const fitted = (points: readonly SweepPoint[]): LawFigures => {
  const law = fitLaw(points);
  if ('refused' in law) throw new Error(law.refused);
  return law;
};

describe('USL solver', () => {
  for (const [name, set] of Object.entries(vectors.synthetic)) {
    it(`fits ${name} to the reference`, () => {
      const fit = fitUsl(unweighted(set));
      expectCloseTo(
        { lambda: fit.lambda, sigma: fit.sigma, kappa: fit.kappa },
        lawIn(set.fit.sse > 1 ? set.fit : { ...set.truth, ...onBounds(set.fit.active) }),
        RELATIVE,
        name,
      );
      expect([...fit.active].sort()).toEqual([...set.fit.active].sort());
      if (set.fit.sse > 1) {
        expectCloseTo(fit.sse, set.fit.sse, RELATIVE, 'sse');
        const covariance = covarianceOf(fit, unweighted(set)) ?? [];
        const errors = [0, 1, 2].map((i) => Math.sqrt(covariance[i]![i]!));
        expectCloseTo(errors, [set.fit.se.lambda_, set.fit.se.sigma, set.fit.se.kappa], 1e-5, 'se');
      }
    });
  }

  it('returns the truth of noise-free sets under any weights, on a bound exactly', () => {
    for (const name of ['exact_retrograde', 'exact_amdahl', 'exact_linear'] as const) {
      const set = vectors.synthetic[name];
      const fit = fitUsl(relativeWeights(pointsOf(set)));
      expectCloseTo({ lambda: fit.lambda, sigma: fit.sigma, kappa: fit.kappa }, lawIn(set.truth), RELATIVE, name);
    }
  });

  it('agrees with the weighted reference fits', () => {
    for (const [name, expected] of Object.entries(vectors.weightedFits)) {
      const fit = fitUsl(relativeWeights(pointsOf(vectors.synthetic[name as 'exact_linear'])));
      expectCloseTo({ lambda: fit.lambda, sigma: fit.sigma, kappa: fit.kappa }, lawIn(expected), RELATIVE, name);
      expectCloseTo(peakOf(fit), { callers: expected.n_peak, rate: expected.x_peak }, RELATIVE, `${name} peak`);
      expectCloseTo(fit.sse, expected.weighted_sse, RELATIVE, `${name} sse`);
    }
  });

  it('finds the least squares: no neighbour within the bounds is better', () => {
    const points = relativeWeights(
      sweepOf((n) => rateOf({ lambda: 60, sigma: 0.1, kappa: 0.002 }, n), [1, 2, 4, 8, 16, 32, 64], 2, 0.05, 9),
    );
    const fit = fitUsl(points);
    const sse = (law: Usl) =>
      points.reduce((sum, { callers, rate, weight }) => sum + weight * (rate - rateOf(law, callers)) ** 2, 0);
    expect(sse(fit)).toBeCloseTo(fit.sse, 12);
    for (const change of [0.999, 1.001]) {
      expect(sse({ ...fit, lambda: fit.lambda * change })).toBeGreaterThan(fit.sse);
      expect(sse({ ...fit, sigma: fit.sigma * change })).toBeGreaterThan(fit.sse);
      expect(sse({ ...fit, kappa: fit.kappa * change })).toBeGreaterThan(fit.sse);
    }
  });

  it('without bounds sees that a server does better than the law allows', () => {
    expect(fitUnbounded(unweighted(vectors.synthetic.superlinear)).sigma).toBeLessThan(0);
  });
});

/** A parameter on a bound is exactly that. */
function onBounds(active: readonly string[]): { readonly [name: string]: number } {
  return Object.fromEntries(active.map((bound) => [bound.split('=')[0] as string, Number(bound.split('=')[1])]));
}

describe('USL inverses', () => {
  it('finds callers for a rate and for a response time', () => {
    const law = lawIn(vectors.inverses.model);
    for (const vector of vectors.inverses.vectors) {
      if ('x' in vector && vector.x !== undefined) {
        const callers = callersForRate(law, vector.x);
        if (vector.N === null) expect(callers).toBeUndefined();
        else expectCloseTo(callers, vector.N, 1e-9, `x ${vector.x}`);
      } else {
        expectCloseTo(callersForLatency(law, vector.r as number), vector.N, 1e-9, `r ${vector.r}`);
        expectCloseTo(rateForLatency(law, vector.r as number), vector.X, 1e-9, `r ${vector.r}`);
      }
    }
  });

  for (const vector of vectors.inversesEdge) {
    it(`${vector.ask} at the edge: ${vector.note}`, () => {
      const law = lawIn(vector);
      const asked =
        vector.ask === 'N_of_R' ? callersForLatency(law, vector.R as number) : callersForRate(law, vector.X as number);
      if (vector.N === null) expect(asked).toBeUndefined();
      else if (vector.N === 'unbounded') expect(asked).toBe(Number.POSITIVE_INFINITY);
      else expectCloseTo(asked, vector.N, RELATIVE, 'N');
    });
  }

  it('turns the law round', () => {
    const law = { lambda: 80, sigma: 0.04, kappa: 0.0007 };
    for (const n of [0.5, 1, 7, 20, 36]) expect(callersForRate(law, rateOf(law, n))).toBeCloseTo(n, 6);
    expect(callersForRate(law, (peakOf(law)?.rate ?? 0) * 1.001)).toBeUndefined();
  });
});

describe('law of a sweep', () => {
  const F_AND_T = { past: 'eight_by_three_past_peak', flat: 'eight_by_three_flat_top', amdahl: 'amdahl_eight_by_three' } as const;

  for (const [name, set] of Object.entries(vectors.sets)) {
    it(`has fit, lack of fit and decline of ${name}`, () => {
      const fit = fitUsl(relativeWeights(pointsOf(set)));
      expectCloseTo({ lambda: fit.lambda, sigma: fit.sigma, kappa: fit.kappa }, lawIn(set.fit), RELATIVE, name);
      const levels = levelsOf(pointsOf(set));
      const lack = lackOfFit(levels, fit);
      const decline = declineOf(levels);
      if (set.lack_of_fit_F === null) expect([lack, decline]).toEqual([undefined, undefined]);
      else {
        expectCloseTo(lack?.f, set.lack_of_fit_F, RELATIVE, 'F');
        expect(lack?.limit).toBeCloseTo(vectors.thresholds.F_099_5_16, 3);
        expect(decline?.limit).toBeCloseTo(vectors.thresholds.t_0995_16, 3);
        const { t, drop, best_level: bestCallers, declined } = set.decline as NonNullable<typeof set.decline>;
        expectCloseTo(decline, { t, drop, bestCallers, declined }, RELATIVE, 'decline');
      }
    });
  }

  it('says: USL, peak measured', () => {
    const law = fitted(pointsOf(vectors.sets[F_AND_T.past]));
    expect(law).toMatchObject({ model: 'usl', verdict: 'peak-measured', bestMeasured: { callers: 36 } });
    expect(law.peak?.callers).toBeCloseTo(44.876, 2);
    expect(law.peak!.low).toBeLessThan(1359.7);
    expect(law.peak!.high).toBeGreaterThan(1359.7);
    expect(law.meaning).toContain('Contention 3.06 %');
    expect(law.meaning).toContain('more callers get less done');
  });

  it('says: not USL, for a flat top', () => {
    const law = fitted(pointsOf(vectors.sets[F_AND_T.flat]));
    expect(law.verdict).toBe('not-usl');
    expect(law.peak).toBeUndefined();
    expect(law.meaning).toContain('does not follow the law');
  });

  it('says: Amdahl, peak not reached', () => {
    const law = fitted(pointsOf(vectors.sets[F_AND_T.amdahl]));
    expect(law).toMatchObject({ model: 'amdahl', verdict: 'not-reached', kappa: 0 });
    expect(law.peak).toBeUndefined();
    expect(law.meaning).toContain('The peak was not reached; at least');
  });

  it('makes no choice between models with fewer than ten points', () => {
    const law = fitted(pointsOf(vectors.sets.six_points_past_peak));
    expect(law.flags.join()).toContain('no choice between models: fewer than 10 points');
    expect(law.model).toBe('usl');
    expect(law.verdict).not.toBe('peak-measured');
    expect(law.decline).toBeUndefined();
  });

  it('refuses a peak that points below the knee cannot tell', () => {
    const set = vectors.synthetic.noisy2pct_below_knee;
    const spread = fitLaw(pointsOf(set));
    expect(spread).toMatchObject({ verdict: 'not-reached' });
    expect('peak' in spread).toBe(false);
  });

  it('flags what is better than linear', () => {
    const better = fitted(
      sweepOf((n) => rateOf({ lambda: 100, sigma: -0.02, kappa: 0.0002 }, n), [1, 2, 4, 8, 12, 16], 2, 0.001),
    );
    expect(better.flags.join('\n')).toContain('negative contention');
    expect(better.flags.join('\n')).toContain('better than linear');
    expect(fitted(pointsOf(vectors.sets[F_AND_T.past])).flags).toEqual([]);
  });

  it('refuses to fit what cannot tell a law, with the reason', () => {
    for (const { name, expected, levels, trials_per_level: trials, invalid_levels: invalid } of vectors.refusal) {
      if (levels === undefined) {
        if (invalid !== undefined) continue;
        expect(
          fitLaw(
            sweepOf((n) => n, [1, 2, 4, 8, 16, 32], 3, 0.01),
            'open loop',
          ),
        ).toMatchObject({ refused: expect.any(String) });
        continue;
      }
      const law = fitLaw(sweepOf((n) => rateOf({ lambda: 100, sigma: 0.03, kappa: 5e-4 }, n), levels, trials ?? 1, 0.01));
      expect('refused' in law, name).toBe(expected.startsWith('refuse'));
      if ('refused' in law) expect(law.refused).toContain(name === 'span of 6' ? 'below 8' : 'fewer than 6 distinct');
    }
    const points = sweepOf((n) => n, [1, 2, 4, 8, 16, 32], 3, 0.01).map((point) =>
      point.callers === 4 ? { ...point, leftOut: 'generator-limited' } : point,
    );
    expect(fitLaw(points)).toEqual({ refused: 'fewer than 6 distinct numbers of callers: 5 (3 trials were left out)' });
    expect(fitLaw([])).toMatchObject({ refused: expect.stringContaining('fewer than 6') });
  });

  it('covers the true peak about as often as its interval says, and finds the decline at twice the best level', () => {
    const truth = { lambda: 100, sigma: 0.03, kappa: 5e-4 };
    const peak = peakOf(truth)!;
    const levels = [1, 2, 4, 8, 15, 28, 50, 88];
    let covered = 0;
    let measured = 0;
    const sweeps = 120;
    for (let seed = 1; seed <= sweeps; seed++) {
      const law = fitted(sweepOf((n) => rateOf(truth, n), levels, 3, 0.02, seed * 7919));
      if (law.verdict === 'peak-measured') measured++;
      if (law.peak !== undefined && law.peak.low <= peak.rate && peak.rate <= law.peak.high) covered++;
    }
    expect(measured / sweeps).toBeGreaterThan(0.9);
    expect(covered / measured).toBeGreaterThan(0.88);
  });

  it('does not take a pool for a server with a peak', () => {
    let peaks = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const law = fitted(sweepOf((n) => 100 * Math.min(n, 4), [1, 2, 3, 4, 6, 10, 18, 32], 3, 0.02, seed * 104729));
      if (law.peak !== undefined) peaks++;
    }
    expect(peaks).toBe(0);
  });

  it('draws its curve with a band over the measured range', () => {
    const { curve } = fitted(pointsOf(vectors.sets[F_AND_T.past]));
    expect(curve[0]?.callers).toBe(1);
    expect(curve.at(-1)?.callers).toBeCloseTo(96, 9);
    for (const { rate, low, high } of curve) expect(low! < rate && rate < high!).toBe(true);
  });
});
