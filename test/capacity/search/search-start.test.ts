import { describe, expect, it } from 'vitest';
import { searchStart } from '../../../src/capacity/search/search-start.js';

describe('where a search begins', () => {
  it('is a quarter of what a closed loop reaches, warmed up at no more than half of it', () => {
    expect(searchStart(10, 800)).toEqual({ startRate: 200, warmUpRate: 400 });
    expect(searchStart(10, 195)).toEqual({ startRate: 48.75, warmUpRate: 97.5 });
  });

  it('is never below the given one, nor is the warm-up', () => {
    expect(searchStart(100, 200)).toEqual({ startRate: 100, warmUpRate: 100 });
    expect(searchStart(100, 120)).toEqual({ startRate: 100, warmUpRate: 100 });
    expect(searchStart(20, 60)).toEqual({ startRate: 20, warmUpRate: 30 });
  });

  it('is the given one where no closed loop was measured, or nothing succeeded in it', () => {
    expect(searchStart(20)).toEqual({ startRate: 20, warmUpRate: 80 });
    expect(searchStart(20, 0)).toEqual({ startRate: 20, warmUpRate: 80 });
  });
});
