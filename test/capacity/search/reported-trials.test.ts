import { describe, expect, it } from 'vitest';
import { factsOf, reportedTrial } from '../../../src/capacity/search/reported-trials.js';
import { conditionsOf } from '../../../src/capacity/search/slo-condition.js';
import { cell, interval, madeTrial, simpleTrial } from '../made-trial.js';

const conditions = conditionsOf({
  declared: true,
  success: 0.99,
  p95Ms: 80,
  tools: { b: { p50Ms: 50 } },
  during: {},
});

describe('the facts of a trial', () => {
  it('counts by condition: answered failures against success alone, what was not answered against every limit', () => {
    const trial = madeTrial(
      20,
      [cell({ fast: 80, slow: 10, timeouts: 3, errors: 7 })],
      [cell({ fast: 40, tool: 'b' }), cell({ slow: 60 })],
    );
    const { due, conditions: counted } = factsOf(trial, conditions);
    expect(due).toBe(200);
    const [success, p95, ofB] = counted;
    expect(success).toMatchObject({
      due: 200,
      over: 10,
      blocks: [
        { due: 100, over: 10 },
        { due: 100, over: 0 },
      ],
    });
    expect(p95).toMatchObject({
      due: 193,
      over: 73,
      blocks: [
        { due: 93, over: 13 },
        { due: 100, over: 60 },
      ],
    });
    expect(ofB).toMatchObject({ due: 40, over: 0 });
  });

  it('counts whole blocks of 5 s, and the whole window where there is none', () => {
    const calls = cell({ fast: 50, slow: 1 });
    const three = (endS: number, lastEndS: number) =>
      madeTrial(10, [calls], [calls], {
        blocks: [
          { startS: 0, endS, cells: [calls] },
          { startS: endS, endS: lastEndS, cells: [calls] },
        ],
      });
    expect(factsOf(three(5, 8), conditions).conditions[1]?.blocks).toEqual([{ due: 51, over: 1 }]);
    expect(factsOf(three(2, 3.5), conditions).conditions[1]?.blocks).toEqual([{ due: 102, over: 2 }]);
    expect(factsOf(three(2, 3.5), conditions).conditions[1]).toMatchObject({ due: 102, over: 2 });
  });

  it('is late when p99 of its starts is above 5 % of the shortest limit, or a start was given up', () => {
    const late = (lateMs: number, of: number) =>
      factsOf(simpleTrial(50, 0, { lateness: interval([0.05, 500 - of], [lateMs, of]) }), conditions).late;
    // 5 % of 50 ms.
    expect(late(2.4, 100)).toBe(false);
    expect(late(2.6, 4)).toBe(false);
    expect(late(2.6, 6)).toBe(true);
    const givenUp = { ...cell({ fast: 500 }), droppedByGenerator: 1 };
    expect(factsOf(madeTrial(100, [givenUp], [cell({ fast: 500 })]), conditions).late).toBe(true);
  });
});

const plain = conditionsOf({ declared: true, success: 0.99, p95Ms: 80, tools: {}, during: {} });

describe('a reported trial', () => {
  it('has the figures of its window and the rule that decided', () => {
    const server = { cpuCores: 0.5, rssBytes: 1e8 };
    const { trial } = reportedTrial(simpleTrial(100, 0.04, { server }), plain);
    expect(trial).toMatchObject({
      outcome: 'pass',
      offeredRate: 100,
      achievedRate: 100,
      durationS: 10,
      due: 1000,
      over: 40,
      condition: 'p95 <= 80 ms',
      successRate: 1,
      cpuCores: 0.5,
      rssBytes: 1e8,
      meanInFlight: 2,
      latencyUs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
    });
    expect(trial.latencyUs?.p95).toBeLessThan(21_000);
    expect(trial.latencyUs?.p99).toBeGreaterThan(99_000);
    const failed = reportedTrial(simpleTrial(100, 0.06), plain);
    expect(failed.trial).toMatchObject({ outcome: 'fail', over: 60 });
    expect(failed.trial.reason).toContain('60 of 1,000');
  });

  it('prints no latency of a trial that was stopped: it would be a matter of when', () => {
    const { trial } = reportedTrial(simpleTrial(100, 0.5, { stopped: 'over', measuredS: 4 }), plain);
    expect(trial.outcome).toBe('fail');
    expect(trial).not.toHaveProperty('latencyUs');
    expect(trial.stopped).toBe('over');
    expect(reportedTrial(simpleTrial(100, 0.5), plain).trial).not.toHaveProperty('stopped');
  });

  it('says that a queue without end was stopped before anything was measured', () => {
    const conditions = conditionsOf({ declared: true, p95Ms: 80, tools: {}, during: {} });
    const reasonOf = (measuredS: number) =>
      reportedTrial(simpleTrial(100, 0, { stopped: 'in-flight', measuredS }), conditions).trial.reason;
    expect(reasonOf(0)).toBe('stopped while it settled: more calls in flight than the limit explains, and rising');
    expect(reasonOf(1.12)).toContain('stopped after 1.1 s');
  });
});
