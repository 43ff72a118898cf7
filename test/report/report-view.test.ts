import { describe, expect, it } from 'vitest';
import { latencyFigureText } from '../../src/report/report-view.js';

describe('latency figures in words', () => {
  it('read as beyond the timeout where the call was never answered', () => {
    expect(latencyFigureText({ count: 90, p50: 20_000, p95: null, p99: null, max: null, unanswered: 10 }, 'p95', 3000)).toBe(
      '> 3 s',
    );
  });

  it('are never said to be shorter than a lower quantile', () => {
    // Due long before it was sent: the answered median already exceeds the timeout.
    const figures = { count: 90, p50: 9_990_000, p90: 12_000_000, p95: null, max: null, unanswered: 10 };
    expect(latencyFigureText(figures, 'p95', 3000)).toBe('> 12.0 s');
    expect(latencyFigureText(figures, 'p50', 3000)).toBe('9.99 s');
  });

  it('are absent where nothing was recorded', () => {
    expect(latencyFigureText({ count: 0, unanswered: 0 }, 'p95', 3000)).toBe('–');
    expect(latencyFigureText(undefined, 'p95', 3000)).toBe('–');
  });
});
