import { describe, expect, it } from 'vitest';
import { detectableChange } from '../../src/gate/detectable-change.js';
import { simulateGates } from '../../src/gate/simulate-gates.js';

const LIMITS = { regression: 0.05, margin: 0.1 };
const LOOKS = [5, 8, 12];
const GATES = 4000;
const SPREADS = [0.03, 0.06, 0.09, 0.12];

/** Computed apart from this code, 4,000 gates a cell: metrics, true change, then worse %, pass % and mean pairs at each spread of a pair. */
const TABLE: readonly (readonly [metrics: number, change: number, cells: readonly (readonly [number, number, number])[]])[] = [
  [
    1,
    0,
    [
      [0, 100, 5],
      [0.1, 100, 5.3],
      [0.7, 96, 6.2],
      [1, 89, 7.3],
    ],
  ],
  [
    1,
    0.05,
    [
      [36, 64, 6.4],
      [35, 63, 7.3],
      [27, 58, 8.6],
      [19, 47, 9.5],
    ],
  ],
  [
    1,
    0.1,
    [
      [99.8, 0, 8],
      [95.7, 3, 8.3],
      [83, 6, 9.2],
      [64, 8, 10],
    ],
  ],
  [
    1,
    0.15,
    [
      [100, 0, 8],
      [99.6, 0, 8.1],
      [97, 0, 8.5],
      [90, 1, 9.1],
    ],
  ],
  [
    1,
    0.2,
    [
      [100, 0, 8],
      [100, 0, 8],
      [99.4, 0, 8.2],
      [97, 0, 8.5],
    ],
  ],
  [
    3,
    0,
    [
      [0, 100, 5.1],
      [0.1, 99, 6],
      [0.4, 89, 8.2],
      [1.2, 67, 9.8],
    ],
  ],
  [
    3,
    0.1,
    [
      [99.6, 0, 8],
      [92, 4, 8.7],
      [71, 6, 10],
      [49, 5, 10.8],
    ],
  ],
  [
    3,
    0.15,
    [
      [99.9, 0, 8],
      [99.4, 0, 8.2],
      [94, 0, 9],
      [81, 0, 9.9],
    ],
  ],
  [
    3,
    0.2,
    [
      [100, 0, 8],
      [99.8, 0, 8.1],
      [98.8, 0, 8.4],
      [94, 0, 9],
    ],
  ],
];

describe('the rule of the gate, played 4,000 times', () => {
  const cells = TABLE.flatMap(([metrics, change, row]) =>
    row.map((cell, at) => ({ metrics, change, pairSd: SPREADS[at] ?? 0, cell })),
  );

  it.each(cells)('$metrics judged, +$change, spread $pairSd', ({ metrics, change, pairSd, cell: [worse, pass, pairs] }) => {
    const seed = Math.round(1e5 * (metrics + change + pairSd));
    const own = simulateGates({ gates: GATES, metrics, change, pairSd, limits: LIMITS, looks: LOOKS, seed });
    // Both sides are samples, and the table is rounded to a percent: four standard errors of their difference, and half a percent.
    const close = (share: number, percent: number): void => {
      const error = Math.sqrt((2 * Math.max(share * (1 - share), 1 / GATES)) / GATES);
      expect(Math.abs(share - percent / 100)).toBeLessThan(4 * error + 0.005);
    };
    close(own.worse, worse);
    close(own.pass, pass);
    expect(Math.abs(own.meanPairs - pairs)).toBeLessThan(4 * own.sdPairs * Math.sqrt(2 / GATES) + 0.05);
  });
});

describe('detectableChange', () => {
  it('is what nine of ten gates find, and grows with the spread', () => {
    const at = (pairSd: number): number => detectableChange({ pairSd, metrics: 1, limits: LIMITS, looks: LOOKS }) ?? Number.NaN;
    // The table: +15 % is found by 90 % at a spread of 0.12, +10 % by 95.7 % at 0.06.
    expect(at(0.12)).toBeGreaterThan(0.13);
    expect(at(0.12)).toBeLessThan(0.17);
    expect(at(0.06)).toBeLessThan(0.1);
    expect(at(0.03)).toBeLessThan(at(0.06));
    const change = at(0.09);
    const seen = simulateGates({ gates: GATES, metrics: 1, change, pairSd: 0.09, limits: LIMITS, looks: LOOKS, seed: 77 }).worse;
    expect(seen).toBeGreaterThan(0.87);
    expect(seen).toBeLessThan(0.93);
  });

  it('is unknown where the pairs spread so far that nothing is found', () => {
    expect(detectableChange({ pairSd: 3, metrics: 1, limits: LIMITS, looks: LOOKS })).toBeUndefined();
  });
});
