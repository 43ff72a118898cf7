import { describe, expect, it } from 'vitest';
import { reportedTrial } from '../../../src/capacity/search/reported-trials.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { TrialEntry, TrialNoise } from '../../../src/journal/trial-entry.js';
import { cell, interval, madeTrial, simpleTrial } from '../made-trial.js';

const conditions = conditionsOf({ declared: true, success: 0.99, p95Ms: 80, tools: {}, during: {} });
const P95 = 'p95 <= 80 ms';
const SUCCESS = 'success >= 99 %';

const noise = (more: Partial<TrialNoise> = {}): TrialNoise => ({
  view: 'run-delay',
  disturbedSeconds: 3,
  seconds: 12,
  largestShiftUs: 45_000,
  certainOver: {},
  ...more,
});
const verdict = (entry: TrialEntry) => reportedTrial(entry, conditions).verdict;

describe('a trial on a disturbed machine', () => {
  it('passes as before', () => {
    expect(verdict(simpleTrial(100, 0.04, { noise: noise() }))).toMatchObject({ outcome: 'pass' });
  });

  it('fails where more calls stay over the limit than it allows, and is in doubt where fewer do', () => {
    // 1000 calls, 100 of them over; 50 are allowed.
    const at = (certain: number) => verdict(simpleTrial(100, 0.1, { noise: noise({ certainOver: { [P95]: certain } }) }));
    expect(at(51)).toMatchObject({ outcome: 'fail', rule: 'quantile' });
    expect(at(50)).toMatchObject({ outcome: 'invalid', rule: 'doubt' });
    expect(at(50).reason).toContain('up to 45.0 ms of a call may be this machine: in doubt');
  });

  it('counts by the calls that were planned where it was stopped', () => {
    // Half of its window: 1000 calls due, 2000 planned, of which 100 may be over.
    const stopped = { stopped: 'over', plannedS: 20, measuredS: 10 } as const;
    const at = (certain: number) =>
      verdict(simpleTrial(100, 0.2, { ...stopped, noise: noise({ certainOver: { [P95]: certain } }) })).rule;
    expect(at(101)).toBe('quantile');
    expect(at(100)).toBe('doubt');
  });

  it('judges failed calls by those that are certain', () => {
    const failing = (certain: number) =>
      verdict(
        madeTrial(100, [cell({ fast: 480, errors: 20 })], [cell({ fast: 500 })], {
          noise: noise({ certainOver: { [SUCCESS]: certain } }),
        }),
      );
    expect(failing(11)).toMatchObject({ outcome: 'fail', rule: 'quantile' });
    expect(failing(10)).toMatchObject({ outcome: 'invalid', rule: 'doubt' });
  });

  it('that was stopped in flight fails unless the delay was long enough to fill the queue', () => {
    // (max(50, 4 x 200 x 0.08) - 200 x 0.08) / 200 = 240 ms.
    const at = (stopShiftUs: number | null) =>
      verdict(simpleTrial(200, 0, { stopped: 'in-flight', noise: noise({ stopShiftUs }) })).rule;
    expect(at(239_000)).toBe('in-flight');
    expect(at(240_000)).toBe('doubt');
    expect(at(null)).toBe('doubt');
  });

  it('whose queue outlasted the window or grew fails only where no second had more than 10 ms of delay', () => {
    const rising = Array.from({ length: 10 }, (_, i) => 2 + 4 * i);
    const grown = (disturbedSeconds: number) =>
      verdict(simpleTrial(100, 0, { inFlight: rising, noise: noise({ disturbedSeconds }) }));
    expect(grown(0)).toMatchObject({ outcome: 'fail', rule: 'growing' });
    expect(grown(1)).toMatchObject({ outcome: 'invalid', rule: 'doubt' });
    const left = (disturbedSeconds: number) =>
      verdict(simpleTrial(100, 0, { completed: 900, noise: noise({ disturbedSeconds }) }));
    expect(left(0)).toMatchObject({ outcome: 'fail', rule: 'completed' });
    expect(left(1)).toMatchObject({ outcome: 'invalid', rule: 'doubt' });
  });

  it('is decided by what was seen where nothing tells of delays', () => {
    const unseen = noise({ view: 'none', largestShiftUs: null });
    expect(verdict(simpleTrial(100, 0.1, { noise: unseen }))).toMatchObject({ outcome: 'fail', rule: 'quantile' });
  });
});

describe('starts that the generator was late with', () => {
  const late = interval([50, 1000]);
  const givenUp = (count: number, more: Partial<TrialEntry>) => {
    const calls = { ...cell({ fast: 500 - count }), offered: 500, droppedByGenerator: count };
    return verdict(madeTrial(100, [calls], [cell({ fast: 500 })], { lateness: late, ...more }));
  };

  it('spoil nothing by their lateness alone; given up, they count as never answered, up to 1 %', () => {
    expect(givenUp(0, { noise: noise() })).toMatchObject({ outcome: 'pass' });
    expect(givenUp(10, { noise: noise() })).toMatchObject({ outcome: 'pass', reason: expect.stringContaining('10 of 1,000') });
    expect(givenUp(11, { noise: noise() })).toMatchObject({ outcome: 'invalid', rule: 'late' });
  });

  it('spoil a trial of a journal that tells of no delays', () => {
    expect(givenUp(0, {})).toMatchObject({ outcome: 'invalid', rule: 'late' });
    expect(givenUp(1, { lateness: interval([0.05, 1000]) })).toMatchObject({ outcome: 'invalid', rule: 'late' });
  });
});
