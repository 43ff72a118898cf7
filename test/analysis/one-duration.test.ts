import { describe, expect, it } from 'vitest';
import { oneDurationOf } from '../../src/analysis/one-duration.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';

const of = (...valuesMs: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram();
  for (const ms of valuesMs) histogram.record(Math.round(ms * 1000));
  return histogram;
};
const times = (count: number, ms: (i: number) => number): LatencyHistogram =>
  of(...Array.from({ length: count }, (_, i) => ms(i)));
const NONE = of();
const found = (took: LatencyHistogram, good = NONE, name: OutcomeClass = 'truncated') => oneDurationOf(name, took, good);

describe('failures that all ended at one duration', () => {
  it('are found with the duration, a few milliseconds apart', () => {
    const duration = found(
      times(12, (i) => 700 + i),
      times(50, (i) => 5 + i),
    );
    expect(duration).toMatchObject({ calls: 12 });
    expect(duration?.us).toBeGreaterThan(699_000);
    expect(duration?.us).toBeLessThan(712_000);
  });

  it('are found among a few that ended otherwise, and told as so many', () => {
    expect(found(of(...Array.from({ length: 10 }, () => 5000), 3, 1200))).toMatchObject({ calls: 10 });
  });

  it.each<[string, LatencyHistogram, LatencyHistogram, OutcomeClass]>([
    ['too few', times(4, () => 700), NONE, 'truncated'],
    ['spread', times(40, (i) => 200 + 40 * i), NONE, 'truncated'],
    ['two durations', of(...Array(6).fill(1000), ...Array(6).fill(5000)), NONE, 'truncated'],
    ['refused at once', times(40, () => 3), NONE, 'overloaded'],
    ['a success took longer', times(12, () => 700), of(5, 900), 'truncated'],
    ['that is how long a call takes', times(12, () => 300), times(40, (i) => 290 + i / 4), 'tool-error'],
    ['our own timeout', times(12, () => 5000), NONE, 'timeout'],
    ['taken back', times(12, () => 5000), NONE, 'cancelled'],
  ])('are none: %s', (_, took, good, name) => {
    expect(found(took, good, name)).toBeUndefined();
  });
});
