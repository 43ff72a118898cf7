import { describe, expect, it } from 'vitest';
import type { CapacitySearch } from '../../../src/analysis/analysis.js';
import { figuresOfSearch } from '../../../src/capacity/figures-of-search.js';
import { factsOf, reportedTrial } from '../../../src/capacity/search/reported-trials.js';
import { Search } from '../../../src/capacity/search/search.js';
import { SEARCH_PLANS } from '../../../src/capacity/search/search-plan.js';
import { searchStart } from '../../../src/capacity/search/search-start.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import type { TrialEntry } from '../../../src/journal/trial-entry.js';
import { capacityCaveats } from '../../../src/report/capacity-caveats.js';
import type { Slo } from '../../../src/scenario/objective.js';
import { replicaRemark, replicasOver } from '../../../src/sizing/replica-remark.js';
import { simpleTrial } from '../made-trial.js';

const SLO: Slo = { declared: true, p95Ms: 50, tools: {}, during: {} };
const conditions = conditionsOf(SLO);
const at = (least: number, most: number, rate = 100, more: Partial<TrialEntry> = {}) =>
  simpleTrial(rate, 0, { replicas: { least, most }, ...more });

describe('a trial during which the count of replicas changed', () => {
  it('is invalid, whatever it measured, and says from what to what', () => {
    const { verdict, trial } = reportedTrial(at(2, 3), conditions);
    expect(verdict).toMatchObject({ outcome: 'invalid', rule: 'replicas' });
    expect(trial.reason).toBe('the count of replicas changed while it ran: 2 to 3');
    expect(trial.replicas).toEqual({ least: 2, most: 3 });
    expect(reportedTrial(at(2, 2), conditions).verdict.outcome).toBe('pass');
    expect(reportedTrial(simpleTrial(100, 0), conditions).trial.replicas).toBeUndefined();
  });

  it('is repeated by the search, which gives up after three in a row', () => {
    const search = new Search({ plan: SEARCH_PLANS['2m'], ...searchStart(100), conditions });
    search.warmedUp();
    const rates: number[] = [];
    for (let nowS = 0; ; nowS += 10) {
      const action = search.next(nowS);
      if (action.do !== 'trial') {
        expect(action).toMatchObject({
          do: 'end',
          end: { ending: 'invalid', reason: expect.stringContaining('replicas changed') },
        });
        break;
      }
      rates.push(action.rate);
      search.record(factsOf(at(1, 2), conditions));
    }
    expect(rates).toEqual([100, 100, 100]);
  });
});

describe('an answer from trials at another count than the scenario says', () => {
  const answerFrom = (trials: readonly TrialEntry[], instances: number) => {
    const search: CapacitySearch = {
      start: {
        plan: SEARCH_PLANS['2m'],
        startRate: 20,
        arrivals: 'poisson',
        instances,
        law: false,
        entries: [{ under: 'none' }],
      },
      workers: 1,
      trials,
      searches: [
        {
          type: 'search',
          t: 0,
          under: 'none',
          tookS: 90,
          end: { ending: 'confirmed', reason: 'the soak passed', confirmedRate: 100 },
        },
      ],
      sweep: [],
      recoveryLevels: [],
      recoverySearches: [],
    };
    return figuresOfSearch(search, SLO);
  };

  it('keeps the counts of the trials that count, and says so first', () => {
    const scaled = answerFrom([at(1, 1), at(1, 2), at(2, 2, 100, { purpose: 'soak' })], 1);
    expect(scaled.healthy?.replicas).toEqual({ least: 1, most: 2 });
    expect(capacityCaveats(scaled)[0]).toMatch(/^Trials ran at 1 to 2 replicas: no one count carries this figure/);
    const other = answerFrom([at(3, 3), at(3, 3, 100, { purpose: 'soak' })], 1);
    expect(capacityCaveats(other)[0]).toMatch(/^Trials ran at 3 replicas, and capacity.target.instances says 1/);
    const right = answerFrom([at(3, 3, 100, { purpose: 'soak' })], 3);
    expect(capacityCaveats(right).join()).not.toContain('replicas');
  });

  it('leaves out the warm-up, what is invalid, and what told nothing', () => {
    const trial = { purpose: 'soak', outcome: 'pass' } as const;
    expect(replicasOver([trial])).toBeUndefined();
    expect(
      replicasOver([
        { ...trial, replicas: { least: 2, most: 2 } },
        { ...trial, purpose: 'warm-up', replicas: { least: 1, most: 1 } },
        { ...trial, outcome: 'invalid', replicas: { least: 1, most: 5 } },
      ]),
    ).toEqual({ least: 2, most: 2 });
    expect(replicaRemark({ under: 'none' }, 1)).toBeUndefined();
    expect(replicaRemark({ under: 'refused@db', replicas: { least: 2, most: 2 } }, 1)).toMatch(
      /^Trials under refused@db ran at 2/,
    );
  });
});
