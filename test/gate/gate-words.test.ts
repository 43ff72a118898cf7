import { describe, expect, it } from 'vitest';
import { buildFigureText, changeText, detectsText, metricText } from '../../src/gate/gate-words.js';

describe('words of a gate', () => {
  it('call a metric as a reader does', () => {
    expect(['p95', 'success', 'cpu'].map((metric) => metricText({ name: metric, metric: metric as 'p95' }))).toEqual([
      'p95',
      'success',
      'CPU per call',
    ]);
    expect(metricText({ name: 'p95 of search_orders', metric: 'p95' })).toBe('p95 of search_orders');
  });

  it('say a change with what the pairs leave open', () => {
    expect(changeText({ unit: 'us', baseline: 1, candidate: 1, ratio: 1.05, interval: [0.97, 1.09] })).toBe(
      '+5 % (-3 % .. +9 %)',
    );
    expect(changeText({ unit: 'us', baseline: 1, candidate: 1, ratio: 1.05 })).toBe('+5 %');
    expect(changeText({ unit: 'us', baseline: 1, candidate: null })).toBe('among calls that were never answered');
  });

  it('say failures as a difference of shares, never as fewer where there are more', () => {
    expect(changeText({ unit: 'ratio', baseline: 1, candidate: 0.98, high: 0.03 })).toBe(
      '2 % more failures (at most 3 % more failures)',
    );
    expect(changeText({ unit: 'ratio', baseline: 0.98, candidate: 1, high: 0.001 })).toMatch(/^2 % fewer failures/);
    expect(changeText({ unit: 'ratio', baseline: 1, candidate: 1, high: 0.01 })).toBe('0 (at most 1 % more failures)');
    expect(changeText({ unit: 'ratio', baseline: null, candidate: 1 })).toBe('–');
  });

  it('say a figure of a build', () => {
    expect(buildFigureText('us', null)).toBe('no answer');
    expect(buildFigureText('us', 61_200)).toBe('61.2 ms');
    expect(buildFigureText('ratio', 1)).toBe('100 %');
  });

  it('name the largest of what could have been found, as all metrics are to be found', () => {
    const metric = { name: 'p95', metric: 'p95', unit: 'us', margin: 0.1, outcome: 'open' } as const;
    expect(
      detectsText({
        looks: [5, 8],
        metrics: [
          { ...metric, pairSd: 0.05, smallestDetectable: 0.1 },
          { ...metric, pairSd: 0.1, smallestDetectable: 0.2 },
        ],
      }),
    ).toBe('finds +20 % in up to 8 pairs on this machine');
    expect(detectsText({ looks: [5, 8], metrics: [metric] })).toBeUndefined();
    // One that is found only beyond any bound is not left out.
    expect(
      detectsText({
        looks: [5, 8],
        metrics: [
          { ...metric, pairSd: 3 },
          { ...metric, name: 'cpu', metric: 'cpu', pairSd: 0.01, smallestDetectable: 0.04 },
        ],
      }),
    ).toBe('finds no change of p95 for sure: its pairs spread too far on this machine');
  });
});
