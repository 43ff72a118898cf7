import { describe, expect, it } from 'vitest';
import type { CapacitySearch } from '../../../src/analysis/analysis.js';
import { recoveryAnswers } from '../../../src/capacity/recovery/recovery-answer.js';
import { recoveryLevel } from '../../../src/capacity/recovery/recovery-level.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import type { RecoveryLevelEntry, RecoverySearchEntry } from '../../../src/journal/recovery-entry.js';
import type { RetryPolicy } from '../../../src/scenario/load.js';
import type { Slo } from '../../../src/scenario/objective.js';
import { LEVEL_PLAN, type MadeSecond, madeLevel } from '../made-level.js';
import { interval } from '../made-trial.js';

const SLO: Slo = { declared: true, p95Ms: 200, tools: {}, during: {} };
const judge = (entry: RecoveryLevelEntry) => recoveryLevel(entry, SLO, LEVEL_PLAN).level;
const GOOD: MadeSecond = { fast: 100 };
const DOWN: MadeSecond = { timeouts: 100, retries: 300 };
/** Good until the fault, down until a second. */
const downUntil =
  (untilS: number) =>
  (t: number): MadeSecond =>
    t < 10 || t >= untilS ? GOOD : DOWN;

describe('a level', () => {
  it('recovers at the first second from which a window is good, and says so in seconds after the lift', () => {
    const level = judge(madeLevel(downUntil(45)));
    expect(level).toMatchObject({ outcome: 'recovers', cameBack: true, dropped: 0 });
    expect(level.recoverS).toBeCloseTo(14.99);
    expect(level.faultS).toBeCloseTo(19.99);
    expect(level.heldS).toBeCloseTo(69.99);
    expect(level.inTime).toEqual({ before: 1, during: 0, last: 1 });
    expect(level.attemptsPerCall).toBe(4);
    expect(level.dependencyAmplification).toBeUndefined();
  });

  it('is slow after three computed drains, but never within one window', () => {
    expect(judge(madeLevel(downUntil(60))).outcome).toBe('slow');
    expect(judge(madeLevel(downUntil(50))).outcome).toBe('recovers');
    expect(judge(madeLevel(downUntil(38), { drainS: 0 })).outcome).toBe('recovers');
  });

  it('is stuck when the load was held long enough, else undecided', () => {
    expect(judge(madeLevel(downUntil(1000)))).toMatchObject({ outcome: 'stuck', inTime: { last: 0 } });
    expect(judge(madeLevel(downUntil(1000), { drainS: 24 })).outcome).toBe('undecided');
    expect(judge(madeLevel(downUntil(1000), { loadEndS: 80, stopped: 'deadline' })).outcome).toBe('undecided');
  });

  it('does not take a good window by chance for recovery', () => {
    const level = judge(madeLevel((t) => (t < 10 || (t >= 40 && t < 50) ? GOOD : DOWN)));
    expect(level.outcome).toBe('stuck');
    expect(level.recoverS).toBeUndefined();
  });

  it('does not take answers for service that come too late, or calls that hang for none', () => {
    expect(judge(madeLevel((t) => (t < 10 ? GOOD : { slow: 100 }))).outcome).toBe('stuck');
    expect(judge(madeLevel((t) => (t < 10 ? GOOD : {}))).outcome).toBe('stuck');
    // 90 of 100 in time, nothing failed yet: less than 97 % of what was due.
    expect(judge(madeLevel((t) => (t < 10 ? GOOD : { fast: 90 }))).outcome).toBe('stuck');
  });

  it('says that a fault did no harm', () => {
    const level = judge(madeLevel(() => GOOD));
    expect(level).toMatchObject({ outcome: 'recovers', recoverS: 0 });
    expect(level.reason).toContain('met while the fault was on');
  });

  it('is invalid when the generator, the fault or the time before it say nothing', () => {
    const late = interval([0.1, 9000], [80, 1000]);
    expect(judge(madeLevel(downUntil(45), { lateness: late })).outcome).toBe('invalid');
    expect(judge(madeLevel(() => DOWN))).toMatchObject({ outcome: 'invalid' });
    const { faultOffS: _, ...left } = madeLevel(downUntil(45));
    expect(judge(left).reason).toBe('nothing says that the fault was lifted');
    expect(judge(madeLevel(downUntil(45), { stopped: 'stopped' })).outcome).toBe('cut');
  });

  it('tells what the dependency got per call due, against before', () => {
    const proxy = Array.from({ length: 100 }, (_, t) => ({ t, bytesUpstream: t < 10 ? 1000 * t : 10_000 + 3000 * (t - 10) }));
    expect(judge(madeLevel(downUntil(45), { proxy })).dependencyAmplification).toBeCloseTo(3, 1);
  });
});

describe('the answer', () => {
  const RETRY: RetryPolicy = { attempts: 4, backoffMs: 50, budget: 3 };
  const ended = (ending: RecoverySearchEntry['end']['ending']): RecoverySearchEntry => ({
    type: 'recovery-search',
    t: 300,
    under: 'slow-dependency@store',
    healthyRate: 200,
    degradedShare: 0.2,
    tookS: 250,
    end: { ending, reason: 'a test' },
  });
  const answer = (
    recoveryLevels: readonly RecoveryLevelEntry[],
    recoverySearches: readonly RecoverySearchEntry[],
    retry?: RetryPolicy,
  ) => {
    const plan = SEARCH_PLANS['2m'];
    const search: CapacitySearch = {
      start: {
        plan,
        startRate: 20,
        arrivals: 'poisson',
        instances: 1,
        law: false,
        entries: [{ under: 'none' }, { under: 'slow-dependency@store' }],
        recovery: { plan: LEVEL_PLAN, budgetS: 400, ...(retry === undefined ? {} : { retry }) },
      },
      workers: 1,
      trials: [],
      searches: [],
      sweep: [],
      recoveryLevels,
      recoverySearches,
    };
    return recoveryAnswers(search, SLO)[0];
  };

  it('brackets hidden capacity between the largest load that recovers and the smallest that does not', () => {
    const levels = [madeLevel(downUntil(45)), madeLevel(downUntil(1000), { share: 0.8, offeredRate: 160, drainS: 20 })];
    const found = answer(levels, [ended('bracketed')], RETRY);
    expect(found?.hidden).toEqual({ recovers: { share: 0.5, rate: 100 }, doesNot: { share: 0.8, rate: 160 } });
    expect(found?.summary).toBe(
      'recovers up to 100/s (50 %), stays down at 160/s (80 %); there it came back only when the load was taken off',
    );
    expect(found).toMatchObject({ mostAttempts: 4, needs: 'load-shedding', healthyRate: 200 });
    expect(found?.remarks[0]).toContain('from about 25 % of its capacity on');
  });

  it('says that without retries it tells little, and that a restart was needed', () => {
    const found = answer([madeLevel(downUntil(1000), { cameBack: false })], [ended('stays-down')]);
    expect(found?.needs).toBe('restart');
    expect(found?.mostAttempts).toBe(1);
    expect(found?.remarks[0]).toContain('without retries nearly everything recovers');
  });

  it('tells the levels of a journal that was cut, and nothing of a search that did not begin', () => {
    expect(answer([madeLevel(downUntil(45))], [])).toMatchObject({ ending: 'interrupted', healthyRate: 200, tookS: 104 });
    expect(answer([], [])).toBeUndefined();
    const refused = answer([], [{ ...ended('not-started'), end: { ending: 'not-started', reason: 'no healthy capacity' } }]);
    expect(refused).toMatchObject({ summary: 'not looked for: no healthy capacity', levels: [], remarks: [] });
  });
});
