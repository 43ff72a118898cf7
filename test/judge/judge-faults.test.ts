import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analysis/analysis.js';
import type { NoteEntry } from '../../src/journal/journal-entry.js';
import { judge } from '../../src/judge/judge.js';
import { readinessCard } from '../../src/judge/readiness-card.js';
import type { CapacityFigures } from '../../src/result/capacity-figures.js';
import { during, type FaultedRun, faultedRun } from '../analysis/resilience/made-faulted-run.js';
import { madeCapacity } from '../report/made-capacity.js';

const stated = { scenario: { recovery: { within: '5s' } } };
const judged = (run: FaultedRun = {}) => judge(faultedRun(run));
const note = (code: string): NoteEntry => ({ type: 'note', t: 12, level: 'error', code, text: 'it went wrong' });

describe('faults that were not carried out', () => {
  it('passes a run in which all went by plan', () => {
    expect(judged()).toMatchObject({ outcome: 'pass', exitCode: 0 });
  });

  it.each(['fault-engine-lost', 'fault-left', 'fault-failed', 'fault-agent'])('ends with exit code 7 after a note %s', (code) => {
    expect(judged({ extra: [note(code)] })).toMatchObject({ outcome: 'inconclusive', exitCode: 7 });
  });

  it('ends with exit code 7 when a planned fault never took hold', () => {
    const verdict = judged({ on: null, off: null });
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: 7 });
    expect(verdict.summary).toContain('faults.0 (slow-dependency on db) was due, but its injection was not recorded');
  });

  it('ends with exit code 7 when nothing says that a fault was taken back', () => {
    const verdict = judged({ off: null });
    expect(verdict.exitCode).toBe(7);
    expect(verdict.summary).toContain('plimsoll faults clean');
  });

  it('does not ask a run that was stopped before for its faults', () => {
    const stopped: NoteEntry = { type: 'note', t: 5, level: 'info', code: 'interrupted', text: 'stopped' };
    expect(judged({ on: null, off: null, end: 'interrupted', extra: [stopped] }).exitCode).toBe(130);
  });
});

describe('recovery.within', () => {
  const failingUntil = (endS: number): FaultedRun => ({
    ...stated,
    answer: (tool, dueS) =>
      tool === 'search' && dueS >= 10 && dueS < endS ? { outcome: 'dependency-failed', ms: 5 } : undefined,
  });
  const recovery = (run: FaultedRun) => judged(run).checks.find(({ metric }) => metric === 'recovery');

  it('is judged only where the scenario states it', () => {
    expect(recovery({})).toBeUndefined();
    expect(recovery(stated)).toMatchObject({ outcome: 'pass', limit: 5_000_000 });
  });

  it('passes within the limit and fails beyond it', () => {
    expect(recovery(failingUntil(18))).toMatchObject({ outcome: 'pass', actual: 2_000_000 });
    expect(recovery(failingUntil(24))).toMatchObject({ outcome: 'fail', actual: 8_000_000 });
  });

  it('fails a server that stays down, and names where', () => {
    const verdict = judged(failingUntil(99));
    expect(verdict.checks.find(({ metric }) => metric === 'recovery')).toMatchObject({ outcome: 'fail', actual: null });
    expect(verdict.exitCode).toBe(3);
  });

  it('proves nothing where load was not watched for long enough', () => {
    expect(recovery({ ...failingUntil(99), off: 27 })?.outcome).toBe('inconclusive');
  });
});

describe('readiness card', () => {
  const cardOf = (run: FaultedRun) => {
    const analysis: Analysis = faultedRun(run);
    return readinessCard(analysis.result, judge(analysis), analysis.scenario);
  };
  const stateOf = (run: FaultedRun, item: string) => cardOf(run).find((each) => each.item === item)?.state;

  it('says what was not tested', () => {
    expect(stateOf({}, 'Capacity planned')).toBe('not tested');
    expect(stateOf({}, 'db: refused')).toBe('not tested');
    expect(stateOf({}, 'Burst')).toBe('not tested');
    expect(stateOf({}, 'Readiness probe')).toBe('not tested');
    expect(stateOf({ on: null, off: null }, 'db: slow')).toBe('not tested');
  });

  it('passes and fails what was', () => {
    expect(stateOf({}, 'Load')).toBe('passed');
    expect(stateOf({}, 'db: slow')).toBe('passed');
    expect(stateOf({}, 'Recovery after faults')).toBe('passed');
    const hanging: FaultedRun = {
      answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'timeout', ms: 5000 } : undefined),
    };
    expect(stateOf(hanging, 'db: slow')).toBe('failed');
  });

  it('after a capacity search speaks of the search: what was confirmed, the fleet, and what is left under a fault', () => {
    const analysis = faultedRun({});
    const capacity = madeCapacity();
    const cardWith = (changed: CapacityFigures) =>
      readinessCard({ ...analysis.result, capacity: changed }, judge(analysis), analysis.scenario);
    const item = (changed: CapacityFigures, name: string) => cardWith(changed).find((each) => each.item === name);
    const { healthy, sizing } = capacity;
    expect(item(capacity, 'Capacity planned')).toMatchObject({ state: 'passed' });
    expect(item(capacity, 'Capacity planned')?.evidence).toContain(`${sizing?.instances} instances`);
    expect(item(capacity, 'Load')).toMatchObject({ state: 'passed' });
    expect(item(capacity, 'Recovery after faults')).toMatchObject({ state: 'failed' });
    const { sizing: _, ...unsized } = capacity;
    expect(item(unsized, 'Capacity planned')).toMatchObject({ state: 'inconclusive' });
    const none = { ...capacity, healthy: { ...healthy, ending: 'nothing-passes', trials: [] } } as unknown as CapacityFigures;
    expect(item(none, 'Capacity planned')).toMatchObject({ state: 'failed' });
    expect(item(none, 'Load')).toMatchObject({ state: 'not tested' });
    // The faults of the made run are on `db`, those of the made search on `postgres`.
    expect(item(capacity, 'db: slow')).toMatchObject({ state: 'not tested' });
    const onDb = {
      ...capacity,
      underFaults: capacity.underFaults.map((each) => ({ ...each, under: 'slow-dependency@db' })),
      sizing: {
        ...sizing,
        underFaults: sizing?.underFaults.map((each) => ({ ...each, name: 'slow-dependency@db' })),
      },
    } as CapacityFigures;
    const needed = sizing?.underFaults[0]?.instances as number;
    expect(needed).toBeGreaterThan(sizing?.instances as number);
    expect(item(onDb, 'db: slow')).toMatchObject({ state: 'failed' });
    expect(item(onDb, 'db: slow')?.evidence).toContain(`${needed} instances keep the SLO under it`);
    const enough = { ...onDb, sizing: { ...onDb.sizing, instances: needed } } as CapacityFigures;
    expect(item(enough, 'db: slow')).toMatchObject({ state: 'passed' });
  });

  it('holds the load that is planned against the load from which the system comes back by itself', () => {
    const analysis = faultedRun({});
    const capacity = madeCapacity();
    const load = (share: number) => ({ share, rate: 100 * share });
    const answer = (ending: string, hidden: object) => ({
      under: 'slow-dependency@postgres',
      ending,
      summary: `it ended as ${ending}`,
      hidden,
      mostAttempts: 4,
      label: '',
      budgetS: 1,
      tookS: 1,
      levels: [],
      remarks: [],
    });
    const card = (...recovery: readonly object[]) =>
      readinessCard(
        { ...analysis.result, capacity: { ...capacity, recovery } as unknown as CapacityFigures },
        judge(analysis),
        analysis.scenario,
      ).find(({ item }) => item === 'Recovery after faults');
    const planned = capacity.sizing?.fleet?.worstFailureUtilisation as number;
    expect(card()).toMatchObject({ state: 'not tested' });
    expect(card(answer('not-started', {}))).toMatchObject({ state: 'not tested', evidence: 'it ended as not-started' });
    expect(card(answer('recovers', { recovers: load(0.1) }))).toMatchObject({ state: 'passed' });
    expect(card(answer('stays-down', {}))).toMatchObject({ state: 'failed' });
    const bracket = (low: number, high: number) => answer('bracketed', { recovers: load(low), doesNot: load(high) });
    expect(card(bracket(planned + 0.01, planned + 0.1))).toMatchObject({ state: 'passed' });
    expect(card(bracket(planned - 0.1, planned - 0.01))).toMatchObject({ state: 'failed' });
    expect(card(bracket(planned - 0.1, planned + 0.1))).toMatchObject({ state: 'inconclusive' });
    // The worst of several decides.
    const both = card(answer('recovers', { recovers: load(0.9) }), answer('nothing-recovers', {}));
    expect(both).toMatchObject({ state: 'failed' });
    expect(both?.evidence).toContain(`it ended as nothing-recovers; ${Math.round(100 * planned)} % is planned`);
  });
});
