import { describe, expect, it } from 'vitest';
import { startRate } from '../../../src/run/capacity/start-rate.js';

describe('the rate at which a search begins', () => {
  it('is the given one doubled up to an eighth of what a closed loop reaches', () => {
    expect(startRate(10, 800)).toBe(80);
    expect(startRate(10, 1279)).toBe(80);
    expect(startRate(20, 195)).toBe(20);
  });

  it('is never below the given one, whatever the server did', () => {
    expect(startRate(100, 200)).toBe(100);
    expect(startRate(100, 0)).toBe(100);
  });
});
