import { describe, expect, it } from 'vitest';
import { outsideSlo } from '../../src/analysis/resilience/inside-slo.js';
import { latencyLimitsOf, SecondRecord } from '../../src/analysis/resilience/second-record.js';
import { factsOf } from '../../src/capacity/search/reported-trials.js';
import { conditionsOf } from '../../src/capacity/search/slo-condition.js';
import { judgeSlo } from '../../src/judge/judge-slo.js';
import { metricText } from '../../src/report/check-text.js';
import { type Problem, ScenarioProblems } from '../../src/scenario/file/problem.js';
import { parseScenario } from '../../src/scenario/reading/parse-scenario.js';
import { cell, interval, madeTrial } from '../capacity/made-trial.js';
import { type Batch, type MadeRun, madeRun } from './made-result.js';

const checksOf = (run: MadeRun) => {
  const analysis = madeRun(run);
  return judgeSlo(analysis.slo, analysis);
};

/** An outage in which every call fails at once. */
const REFUSED: readonly Batch[] = [{ calls: 292, responseMs: 4, outcome: 'tool-error' }];
const FAULT = [
  { name: 'steady', kind: 'steady' as const },
  { name: 'down', kind: 'fault' as const },
];

describe('limits over every answered call', () => {
  it('are met by an outage in which every call fails at once', () => {
    const checks = checksOf({
      slo: { during: { fault: { success: 0, answered: { p95Ms: 1000, maxMs: 3000 } } } },
      phases: FAULT,
      batches: [{ calls: 300 }, { ...REFUSED[0]!, segment: 1 }],
    });
    expect(checks.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['success', 'pass'],
      ['answered p95', 'pass'],
      ['answered max', 'pass'],
    ]);
    expect(checks[1]?.evidence).toMatch(/^p95 4(\.\d+)? ms over 292 calls; 0 above the limit of 1 s$/);
    expect(checks[2]).toMatchObject({ name: 'during faults: answered max', limit: 3_000_000 });
  });

  it('rank calls without an answer above every answered one', () => {
    const [p95, max] = checksOf({
      slo: { answered: { p95Ms: 1000, maxMs: 3000 } },
      batches: [...REFUSED, { calls: 100, outcome: 'timeout' }],
    });
    expect(p95).toMatchObject({ outcome: 'fail', actual: null });
    expect(max).toMatchObject({ outcome: 'fail', actual: null, evidence: '100 calls never answered; limit 3 s' });
  });

  it('count slow failures, which the limits over successes leave out', () => {
    const slow: readonly Batch[] = [{ calls: 900 }, { calls: 100, responseMs: 5000, outcome: 'tool-error' }];
    expect(checksOf({ slo: { p95Ms: 400, maxMs: 1000 }, batches: slow }).map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    expect(checksOf({ slo: { answered: { p95Ms: 400, maxMs: 1000 } }, batches: slow }).map(({ outcome }) => outcome)).toEqual([
      'fail',
      'fail',
    ]);
  });

  it('hold for one tool and within one phase', () => {
    const checks = checksOf({
      slo: {
        tools: { get: { answered: { maxMs: 1000 } } },
        during: { steady: { answered: { maxMs: 10 } } },
      },
      batches: [{ calls: 10, responseMs: 50, outcome: 'server-error', tool: 'get' }, { calls: 10 }],
    });
    expect(checks.map(({ scope, metric, outcome }) => [scope, metric, outcome])).toEqual([
      ['tool get', 'answered max', 'pass'],
      ['phase steady', 'answered max', 'fail'],
    ]);
  });

  it('count in the trials of a capacity search', () => {
    const conditions = conditionsOf({ declared: true, answered: { p95Ms: 80, maxMs: 200 }, tools: {}, during: {} });
    expect(conditions.map(({ name }) => name)).toEqual(['answered p95 <= 80 ms', 'answered largest <= 200 ms']);
    const failing = { ...cell({ fast: 80, errors: 20, timeouts: 5 }), failedResponse: interval([100, 20]) };
    const [p95, largest] = factsOf(madeTrial(20, [failing], []), conditions).conditions;
    expect(p95).toMatchObject({ due: 105, over: 25 });
    expect(largest).toMatchObject({ due: 105, over: 5 });
  });

  it('say whether the server is back inside its SLO after a fault', () => {
    const slo = { answered: { p95Ms: 80 } };
    const record = new SecondRecord(latencyLimitsOf(slo));
    const cells = (ms: number) => [
      {
        offered: 50,
        ok: 30,
        response: interval([20, 30]),
        failed: 20,
        errors: { 'tool-error': 20 },
        failedResponse: interval([ms, 20]),
      },
    ];
    record.add({ t: 0, inFlight: 1, cells: cells(100) });
    record.add({ t: 1, inFlight: 1, cells: cells(20) });
    expect(outsideSlo(record.at(0), { limits: record.limits })).toBe('20 of 50 calls took longer than 80 ms (p95)');
    expect(outsideSlo(record.at(1), { limits: record.limits })).toBeUndefined();
  });

  it('are read from a scenario wherever limits stand, and refused when empty', () => {
    const text = (answered: string): string => `plimsoll: 1
name: outage
target: { url: http://127.0.0.1:9/mcp }
tenants: [{ name: acme, weight: 1, headers: { x: a }, slo: { answered: ${answered} } }]
load: { phases: [{ name: steady, rate: 10/s, for: 10s }] }
calls: [{ tool: echo, arguments: {} }]
slo: { success: 99%, answered: ${answered}, tools: { echo: { answered: ${answered} } }, during: { fault: { answered: ${answered} } } }
`;
    const options = { fileName: 'outage.yaml', folder: '/', env: {}, files: { exists: () => false, read: () => '' } };
    const read = parseScenario(text('{ p95: 1s, max: 3s }'), options);
    const answered = { p95Ms: 1000, maxMs: 3000 };
    expect(read.scenario.slo).toMatchObject({
      answered,
      tools: { echo: { answered } },
      during: { fault: { answered } },
      tenants: { acme: { answered } },
    });
    const problemsOf = (): readonly Problem[] => {
      try {
        parseScenario(text('{}'), options);
      } catch (error) {
        if (error instanceof ScenarioProblems) return error.problems;
      }
      return [];
    };
    expect(problemsOf().map(({ path, found, accepted }) => [path, found, accepted])).toEqual(
      ['tenants.0.slo', 'slo', 'slo.tools.echo', 'slo.during.fault'].map((at) => [
        `${at}.answered`,
        'an empty map',
        'at least one of p50, p90, p95, p99, p999, max',
      ]),
    );
  });

  it('are called by their name in a report', () => {
    expect(metricText('answered p999')).toBe('p99.9 time to any answer');
    expect(metricText('answered max')).toBe('largest time to any answer');
  });
});

describe('a limit that covers no call', () => {
  it('says how many calls there were, and what became of them', () => {
    const [max] = checksOf({ slo: { maxMs: 3000 }, batches: REFUSED });
    expect(max).toMatchObject({ outcome: 'inconclusive' });
    expect(max?.evidence).toBe(
      'no successful call (normal load: 292 calls answered with a failure): nothing to judge (limits under `answered:` cover failures too); no data is never a pass',
    );
  });

  it('says that there was none only where there was none', () => {
    const [none] = checksOf({ slo: { p95Ms: 400 }, batches: [] });
    expect(none?.evidence).toBe('no calls (normal load): nothing to judge; no data is never a pass');
    const [late] = checksOf({ slo: { success: 0.99 }, batches: [{ calls: 1, outcome: 'dropped-by-generator' }] });
    expect(late?.evidence).toBe(
      'no successful call (normal load: 1 call given up because the load generator was late): nothing to judge; no data is never a pass',
    );
  });
});
