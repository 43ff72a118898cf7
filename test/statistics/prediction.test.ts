import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/statistics/normal-quantile.js';
import { type Prediction, predictedBelow, predictionOf } from '../../src/statistics/prediction.js';
import { seeded } from '../analysis/made-journal.js';

const predicted = (groups: readonly (readonly number[])[]): Prediction => {
  const found = predictionOf(groups);
  if (found === undefined) throw new Error('no prediction');
  return found;
};

describe('a prediction of one more value', () => {
  it('is that of the textbook with one value a group', () => {
    // G. J. Hahn and W. Q. Meeker, Statistical Intervals: five measurements, 95 % interval of one more, 46.1 to 54.1.
    const found = predicted([[51.4], [49.5], [48.7], [49.3], [51.6]]);
    expect(found.mean).toBeCloseTo(50.1, 10);
    expect(found.df).toBe(4);
    expect(predictedBelow(found, 0.025)).toBeCloseTo(46.1, 1);
    expect(predictedBelow(found, 0.975)).toBeCloseTo(54.1, 1);
    // 50.1 + 2.776445 x 1.312 x sqrt(1.2)
    expect(predictedBelow(found, 0.975)).toBeCloseTo(50.1 + 2.776445105 * Math.sqrt(1.725) * Math.sqrt(1.2), 6);
  });

  it('agrees with the table of an analysis of variance where all groups are of one size', () => {
    const groups = [
      [1.2, 1.5, 1.1],
      [2.2, 2.0, 2.5],
      [1.8, 1.6, 1.9],
      [0.9, 1.4, 1.0],
    ];
    const [J, k] = [groups.length, 3];
    const all = groups.flat();
    const grand = all.reduce((sum, x) => sum + x, 0) / all.length;
    const total = all.reduce((sum, x) => sum + (x - grand) ** 2, 0);
    const msb = groups.reduce((sum, group) => sum + k * (group.reduce((s, x) => s + x, 0) / k - grand) ** 2, 0) / (J - 1);
    const msw = (total - msb * (J - 1)) / (J * (k - 1));
    // Variance of one value = between + within = (MSB + (k - 1) MSW) / k; of the grand mean: MSB / (J k).
    const found = predicted(groups);
    expect(found.mean).toBeCloseTo(grand, 12);
    expect(found.error ** 2).toBeCloseTo((msb + (k - 1) * msw) / k + msb / (J * k), 12);
    expect(found.meanError ** 2).toBeCloseTo(msb / (J * k), 12);
    const [one, two] = [(msb / k) * (1 + 1 / J), ((k - 1) / k) * msw];
    expect(found.df).toBeCloseTo((one + two) ** 2 / (one ** 2 / (J - 1) + two ** 2 / (J * (k - 1))), 9);
  });

  it('needs two groups, and takes equal values as they are', () => {
    expect(predictionOf([])).toBeUndefined();
    expect(predictionOf([[1, 2, 3]])).toBeUndefined();
    expect(predictionOf([[1], []])).toBeUndefined();
    expect(predictedBelow(predicted([[2, 2], [2]]), 0.99)).toBe(2);
  });

  /** Share of new values above the bound, of so many baselines of a known law. */
  const missed = (sizes: readonly number[], between: number, within: number, chance: number, trials: number): number => {
    const random = seeded(20_261_201);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    let above = 0;
    for (let trial = 0; trial < trials; trial++) {
      const groups = sizes.map((size) => {
        const level = 11.5 + between * normal();
        return Array.from({ length: size }, () => level + within * normal());
      });
      const one = 11.5 + between * normal() + within * normal();
      if (one > predictedBelow(predicted(groups), chance)) above++;
    }
    return above / trials;
  };

  it('covers one more value as often as it says: one run a sitting', () => {
    const trials = 20_000;
    for (const chance of [0.95, 0.99]) {
      const share = missed(Array(10).fill(1), 0.06, 0.03, chance, trials);
      const error = Math.sqrt((chance * (1 - chance)) / trials);
      expect(Math.abs(share - (1 - chance)), `${share} above ${chance}`).toBeLessThan(4 * error);
    }
  });

  it.each<[string, readonly number[], number, number]>([
    ['two runs in each of five sittings, which differ more than runs', [2, 2, 2, 2, 2], 0.08, 0.03],
    ['runs that differ more than sittings', [2, 2, 2, 2, 2], 0.01, 0.06],
    ['sittings of different sizes', [6, 1, 1, 1, 1], 0.05, 0.05],
  ])('covers about as often as it says: %s', (_, sizes, between, within) => {
    const trials = 10_000;
    const share = missed(sizes, between, within, 0.99, trials);
    // Satterthwaite is an approximation: half a point beside the 4 standard errors of the simulation.
    expect(Math.abs(share - 0.01), `${share}`).toBeLessThan(0.005 + 4 * Math.sqrt((0.01 * 0.99) / trials));
  });

  it('would miss far too often if runs of one sitting were taken for independent', () => {
    const random = seeded(7);
    const normal = (): number => normalQuantile(Math.max(1e-12, random()));
    let naive = 0;
    const trials = 5000;
    for (let trial = 0; trial < trials; trial++) {
      const values = [1, 2, 3, 4, 5].flatMap(() => {
        const level = 0.08 * normal();
        return Array.from({ length: 6 }, () => level + 0.02 * normal());
      });
      if (0.08 * normal() + 0.02 * normal() > predictedBelow(predicted(values.map((value) => [value])), 0.99)) naive++;
    }
    expect(naive / trials).toBeGreaterThan(0.03);
  });
});
