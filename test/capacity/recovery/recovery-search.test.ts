import { describe, expect, it } from 'vitest';
import { drainTimeS, holdTimeS, RECOVERY_PLANS, recoveryBudgetS } from '../../../src/capacity/recovery/recovery-plan.js';
import { RecoverySearch } from '../../../src/capacity/recovery/recovery-search.js';
import type { RecoveryOutcome } from '../../../src/result/recovery-figures.js';

const plan = RECOVERY_PLANS['10m'];

/** Plays outcomes by share. @returns the shares that were asked for, and the end */
function play(
  outcomes: Readonly<Record<string, RecoveryOutcome>>,
  cameBack: (share: number) => boolean | undefined = () => true,
) {
  const search = new RecoverySearch({ plan, healthyRate: 200, degradedShare: 1 / 3 });
  const asked: number[] = [];
  for (let nowS = 0; ; nowS += 60) {
    const action = search.next(nowS);
    if (action.do === 'end') return { asked, end: action.end };
    const { share, rate } = action.level;
    expect(rate).toBeCloseTo(200 * share);
    asked.push(share);
    search.record(outcomes[share] ?? 'recovers', 'a test', cameBack(share));
  }
}

describe('the protocol of a level', () => {
  it('computes the drain of a fluid queue, and holds the load for three of them', () => {
    // 20 s at a third of the capacity: 46.7 s at 80 %, 113 s at 90 %.
    expect(drainTimeS(20, 0.8, 1 / 3)).toBeCloseTo(46.67, 2);
    expect(drainTimeS(20, 0.9, 1 / 3)).toBeCloseTo(113.3, 1);
    expect(drainTimeS(20, 0.3, 1 / 3)).toBe(0);
    expect(holdTimeS(plan, 0.8, 1 / 3)).toBe(140);
    expect(holdTimeS(plan, 0.5, 1 / 3)).toBe(60);
  });

  it('has a deadline that all its levels fit into, even where nothing passes under the fault', () => {
    for (const each of Object.values(RECOVERY_PLANS)) {
      const search = new RecoverySearch({ plan: each, healthyRate: 100, degradedShare: 0 });
      let nowS = 0;
      const shares: number[] = [];
      for (let action = search.next(nowS); action.do === 'level'; action = search.next(nowS)) {
        const { leadS, faultS, holdS, share } = action.level;
        shares.push(share);
        nowS += leadS + faultS + holdS + 10;
        search.record('recovers', '', true);
      }
      expect(shares).toEqual(each.shares);
      expect(nowS + each.idleS).toBeLessThanOrEqual(recoveryBudgetS(each));
    }
    expect(recoveryBudgetS(RECOVERY_PLANS['2m'])).toBeLessThan(6 * 60);
  });
});

describe('the search for hidden capacity', () => {
  it('goes up while the system comes back', () => {
    expect(play({})).toMatchObject({ asked: [0.5, 0.7, 0.8, 0.9], end: { ending: 'recovers' } });
    expect(play({ 0.7: 'slow' })).toMatchObject({ asked: [0.5, 0.7, 0.8, 0.9], end: { ending: 'recovers' } });
  });

  it('ends at the first load that stays down', () => {
    expect(play({ 0.8: 'stuck' })).toMatchObject({ asked: [0.5, 0.7, 0.8], end: { ending: 'bracketed' } });
    expect(play({ 0.8: 'undecided' })).toMatchObject({ asked: [0.5, 0.7, 0.8], end: { ending: 'undecided' } });
  });

  it('goes down where the lowest of its loads stays down', () => {
    expect(play({ 0.5: 'stuck' })).toMatchObject({ asked: [0.5, 0.3], end: { ending: 'bracketed' } });
    expect(play({ 0.5: 'stuck', 0.3: 'stuck' })).toMatchObject({ asked: [0.5, 0.3, 0.15], end: { ending: 'bracketed' } });
    expect(play({ 0.5: 'stuck', 0.3: 'stuck', 0.15: 'stuck' })).toMatchObject({ end: { ending: 'nothing-recovers' } });
  });

  it('puts no further load on a system that does not come back without any', () => {
    expect(play({ 0.5: 'stuck' }, () => false)).toMatchObject({ asked: [0.5], end: { ending: 'stays-down' } });
    expect(play({}, (share) => share < 0.7)).toMatchObject({ asked: [0.5, 0.7], end: { ending: 'stays-down' } });
    expect(play({ 0.5: 'stuck' }, () => undefined)).toMatchObject({ asked: [0.5], end: { ending: 'out-of-time' } });
  });

  it('tries a load again that could not be judged, once', () => {
    expect(play({ 0.7: 'invalid' })).toMatchObject({ asked: [0.5, 0.7, 0.7], end: { ending: 'undecided' } });
  });

  it('asks for no level that does not fit, and ends where it is told to', () => {
    const search = new RecoverySearch({ plan, healthyRate: 100, degradedShare: 0 });
    expect(search.next(recoveryBudgetS(plan) - 99)).toMatchObject({ do: 'end', end: { ending: 'out-of-time' } });
    const other = new RecoverySearch({ plan, healthyRate: 100, degradedShare: 0 });
    expect(other.interrupt('stopped by the user')).toEqual({ ending: 'interrupted', reason: 'stopped by the user' });
    expect(other.next(0)).toMatchObject({ do: 'end', end: { ending: 'interrupted' } });
  });
});
