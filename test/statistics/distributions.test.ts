import { describe, expect, it } from 'vitest';
import { incompleteBeta, logGamma } from '../../src/statistics/beta-function.js';
import { fBelow, fQuantile } from '../../src/statistics/f-distribution.js';
import { studentTBelow, studentTQuantile } from '../../src/statistics/student-t.js';

/** [df, p, t], computed with SciPy. */
const T = [
  [1, 0.95, 6.313751514675037],
  [1, 0.975, 12.706204736174694],
  [1, 0.995, 63.656741162871526],
  [2, 0.975, 4.302652729749462],
  [3, 0.975, 3.1824463052837078],
  [3, 0.995, 5.840909309733355],
  [8, 0.975, 2.306004135204166],
  [10, 0.995, 3.16927267261695],
  [29, 0.95, 1.6991270265334972],
  [357, 0.975, 1.9666312043657346],
  [357, 0.995, 2.5896707331967286],
] as const;

describe('distributions', () => {
  it('has the gamma function right at whole and half numbers', () => {
    let factorial = 1;
    for (let n = 1; n < 30; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-13 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13);
  });

  it('has the incomplete beta function right where it has a closed form', () => {
    for (const x of [0.01, 0.3, 0.5, 0.9, 0.999]) {
      expect(incompleteBeta(x, 1, 1)).toBeCloseTo(x, 13);
      expect(incompleteBeta(x, 3, 1)).toBeCloseTo(x ** 3, 13);
      expect(incompleteBeta(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 13);
      // P(Bin(7, x) >= 3)
      const binomial = [3, 4, 5, 6, 7].reduce((sum, k) => sum + [35, 35, 21, 7, 1][k - 3]! * x ** k * (1 - x) ** (7 - k), 0);
      expect(incompleteBeta(x, 3, 5)).toBeCloseTo(binomial, 13);
    }
    expect([incompleteBeta(0, 2, 2), incompleteBeta(1, 2, 2)]).toEqual([0, 1]);
  });

  it('gives quantiles of Student t', () => {
    for (const [df, p, t] of T) {
      expect(Math.abs(studentTQuantile(p, df) / t - 1)).toBeLessThan(1e-10);
      expect(studentTQuantile(1 - p, df)).toBeCloseTo(-t, 8);
      expect(studentTBelow(t, df)).toBeCloseTo(p, 12);
    }
    expect(studentTQuantile(0.5, 4)).toBe(0);
    // One degree of freedom is the Cauchy law.
    expect(studentTBelow(3, 1)).toBeCloseTo(0.5 + Math.atan(3) / Math.PI, 13);
  });

  it('gives quantiles of F', () => {
    expect(fQuantile(0.99, 5, 16)).toBeCloseTo(4.4374, 3);
    // F(1, n) is the square of t(n); F(2, n) has a closed form.
    for (const n of [3, 16, 60]) {
      expect(fQuantile(0.95, 1, n)).toBeCloseTo(studentTQuantile(0.975, n) ** 2, 9);
      expect(fBelow(2.5, 2, n)).toBeCloseTo(1 - (1 + (2 * 2.5) / n) ** (-n / 2), 12);
    }
  });
});
