import { describe, expect, it } from 'vitest';
import { diceFor } from '../../src/toxiproxy/dice.js';

describe('dice', () => {
  it('are the same for the same seed and purpose, and differ otherwise', () => {
    const rolls = (...args: Parameters<typeof diceFor>): number[] => {
      const dice = diceFor(...args);
      return [dice(), dice(), dice()];
    };
    expect(rolls(1, 'p', 0)).toEqual(rolls(1, 'p', 0));
    expect(rolls(1, 'p', 0)).not.toEqual(rolls(2, 'p', 0));
    expect(rolls(1, 'p', 0)).not.toEqual(rolls(1, 'p', 1));
    expect(rolls(1, 'a', 'bc')).not.toEqual(rolls(1, 'ab', 'c'));
  });

  it.each([
    ['first rolls of neighbouring connections', (i: number) => diceFor(9, 'p', i, 'downstream', 'latency', 0)()],
    [
      'rolls of one connection',
      (
        (dice) => () =>
          dice()
      )(diceFor(9, 'p', 0)),
    ],
  ])('are uniform and independent: %s', (_, roll) => {
    const n = 20_000;
    const cells = Array.from({ length: 100 }, () => 0);
    let before = roll(0);
    for (let i = 1; i <= n; i++) {
      const now = roll(i);
      const cell = Math.floor(before * 10) * 10 + Math.floor(now * 10);
      cells[cell] = (cells[cell] as number) + 1;
      before = now;
    }
    const chiSquare = cells.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
    // 99 degrees of freedom: 99.9 % quantile 148.2, 0.1 % quantile 61.1 (too even is suspicious as well).
    expect(chiSquare).toBeLessThan(148.2);
    expect(chiSquare).toBeGreaterThan(61.1);
  });
});
