import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { gateFigures } from '../../src/gate/gate-figures.js';
import { judgeGate } from '../../src/gate/judge-gate.js';
import type { PairEntry } from '../../src/journal/pair-entry.js';
import type { GateStart } from '../../src/journal/start-entry.js';
import type { MeasuredResult } from '../../src/result/result.js';
import type { Slo } from '../../src/scenario/objective.js';
import { minimal, parse } from '../scenario/minimal.js';
import { type MadeBuild, madeGate, madePair } from './made-pairs.js';

const sloOf = (slo: string): Slo => parse(minimal({ slo })).scenario.slo;
const WIDE = sloOf('{ success: 90%, p95: 10s }');

const constant = (latencyUs: number, more: Partial<MadeBuild> = {}): MadeBuild => ({
  latenciesUs: Array(100).fill(latencyUs),
  ...more,
});
/** Pairs whose candidate is slower by a ratio that varies by 1 %. */
const pairsOf = (count: number, ratio: number): PairEntry[] =>
  Array.from({ length: count }, (_, at) =>
    madePair(at, constant(100_000), constant(100_000 * ratio * (1 + 0.01 * ((at % 3) - 1)))),
  );

function judged(
  pairs: readonly PairEntry[],
  start: Partial<GateStart> = {},
  slo: Slo = WIDE,
  end: MeasuredResult['run']['end'] = 'completed',
) {
  const gate = madeGate(pairs, start);
  return judgeGate({ run: { end } as MeasuredResult['run'] }, gateFigures(gate), gate, slo);
}

describe('judgeGate', () => {
  it('passes what is not worse, and fails what is', () => {
    expect(judged(pairsOf(5, 1))).toMatchObject({ outcome: 'pass', exitCode: EXIT.pass, summary: 'no regression in 5 pairs' });
    const worse = judged(pairsOf(8, 1.2));
    expect(worse).toMatchObject({ outcome: 'fail', exitCode: EXIT.worseThanBaseline });
    expect(worse.summary).toMatch(/^p95: \+20 % \(\+19 % \.\. \+2[01] %\) in 8 pairs$/);
  });

  it('is inconclusive where an alarm was not confirmed, and says so', () => {
    const verdict = judged(pairsOf(5, 1.2));
    expect(verdict).toMatchObject({ outcome: 'inconclusive', exitCode: EXIT.inconclusive });
    expect(JSON.stringify(verdict.checks)).toContain('worse at the first look, not confirmed');
  });

  it('counts no pair that was discarded', () => {
    const spoilt = madePair(
      5,
      constant(100_000),
      constant(900_000),
      'only 1 of 9 calls of the candidate could be started in time',
    );
    expect(judged([...pairsOf(5, 1), spoilt]).outcome).toBe('pass');
  });

  it('asks for the SLO before the ratio: exit 3 where the candidate alone misses it', () => {
    const slo = sloOf('{ success: 90%, p95: 110ms }');
    expect(judged(pairsOf(8, 1.2), {}, slo).exitCode).toBe(EXIT.sloMissed);
    // The same ratio within the SLO.
    expect(judged(pairsOf(8, 1.2), {}, sloOf('{ success: 90%, p95: 200ms }')).exitCode).toBe(EXIT.worseThanBaseline);
  });

  it('only warns of an SLO that the baseline misses too, and judges the ratio all the same', () => {
    const slo = sloOf('{ success: 90%, p95: 50ms }');
    const same = judged(pairsOf(5, 1), {}, slo);
    expect(same).toMatchObject({ outcome: 'pass', exitCode: EXIT.pass });
    const check = same.checks.find(({ source }) => source === 'slo');
    expect(check).toMatchObject({ outcome: 'not-applicable' });
    expect(check?.name).toContain('baseline');
    expect(check?.evidence).toContain('the baseline misses it too');
    expect(judged(pairsOf(8, 1.2), {}, slo).exitCode).toBe(EXIT.worseThanBaseline);
  });

  it('fails a changed tool list only where it must not change', () => {
    const changes = [{ tool: 'echo', what: 'changed', text: 'limit is required now' }] as const;
    expect(judged(pairsOf(5, 1), { changes, contract: 'fail' }).exitCode).toBe(EXIT.worseThanBaseline);
    const warned = judged(pairsOf(5, 1), { changes, contract: 'warn' });
    expect(warned.exitCode).toBe(EXIT.pass);
    expect(warned.checks.find(({ metric }) => metric === 'contract')?.evidence).toBe(
      '1 tool of the candidate differs: echo: limit is required now',
    );
    expect(judged(pairsOf(5, 1), { changes, contract: 'ignore' }).checks.some(({ metric }) => metric === 'contract')).toBe(false);
  });

  it('fails a candidate that exited, but not where the baseline did so too', () => {
    const [first, ...others] = pairsOf(5, 1);
    const gone = (build: 'baseline' | 'candidate', pair: PairEntry): PairEntry => ({
      ...pair,
      [build]: { ...pair[build], died: 'exit code 3' },
    });
    const died = [gone('candidate', first as PairEntry), ...others];
    expect(judged(died)).toMatchObject({ outcome: 'fail', exitCode: EXIT.worseThanBaseline });
    const both = [gone('baseline', died[0] as PairEntry), ...others];
    expect(judged(both).exitCode).toBe(EXIT.pass);
    expect(judged(both).checks.find(({ metric }) => metric === 'died')).toMatchObject({ outcome: 'not-applicable' });
  });

  it.each([
    ['interrupted', EXIT.interrupted],
    ['terminated', EXIT.terminated],
    ['disk-full', EXIT.machine],
    ['failed', EXIT.internalError],
  ] as const)('judges nothing of a gate that was %s', (end, exitCode) => {
    expect(judged(pairsOf(8, 1.2), {}, WIDE, end)).toMatchObject({ outcome: 'inconclusive', exitCode });
  });
});

describe('judgeGate of a gate that lost a build', () => {
  it.each([
    [EXIT.inconclusive, 'inconclusive'],
    [EXIT.target, 'fail'],
    [EXIT.faultEngine, 'inconclusive'],
    [EXIT.machine, 'inconclusive'],
  ] as const)('ends with %i, whatever its pairs say', (exitCode, outcome) => {
    for (const ratio of [1, 1.2]) {
      const gate = { ...madeGate(pairsOf(8, ratio)), lost: { text: 'pair 9: gone', exitCode } };
      const verdict = judgeGate({ run: { end: 'build-lost' } as MeasuredResult['run'] }, gateFigures(gate), gate, WIDE);
      expect(verdict).toMatchObject({ outcome, exitCode, summary: 'pair 9: gone (reported: 8 pairs before it)' });
      expect(verdict.checks.find(({ metric }) => metric === 'builds')).toMatchObject({ outcome, evidence: 'pair 9: gone' });
    }
  });
});

describe('gateFigures', () => {
  it('holds a metric against the other build by the mean of the logs of the pairs', () => {
    const gate = madeGate([madePair(0, constant(100_000), constant(100_000)), madePair(1, constant(100_000), constant(121_000))]);
    const [p95] = gateFigures(gate).metrics;
    // By hand: the geometric mean of 1 and 1.21 is 1.1, the spread of 0 and ln 1.21 is ln 1.21 / sqrt 2.
    expect(p95?.ratio).toBeCloseTo(1.1, 3);
    expect(p95?.pairSd).toBeCloseTo(Math.log(1.21) / Math.SQRT2, 3);
    expect(p95?.candidate).toBeCloseTo(110_000, -2);
  });

  it('gives CPU by call, of all calls that were sent', () => {
    const pair = madePair(0, constant(1000, { cpuS: 0.2 }), constant(1000, { cpuS: 0.3 }));
    const [cpu] = gateFigures(madeGate([pair], { metrics: ['cpu'] })).metrics;
    expect(cpu?.baseline).toBeCloseTo(2000);
    expect(cpu?.candidate).toBeCloseTo(3000);
    expect(cpu?.ratio).toBeCloseTo(1.5);
  });

  it('knows no size where the candidate leaves a quantile unanswered, and calls three such pairs worse', () => {
    const pairs = Array.from({ length: 8 }, (_, at) =>
      madePair(at, constant(1000), constant(1000, at < 3 ? { unanswered: 20 } : {})),
    );
    const figures = gateFigures(madeGate(pairs, { metrics: ['p95'] }));
    expect(figures).toMatchObject({ decision: 'worse', metrics: [{ outcome: 'worse', candidate: null, ratio: 1 }] });
    expect(gateFigures(madeGate(pairs.slice(1), { metrics: ['p95'] })).metrics[0]?.outcome).not.toBe('worse');
  });

  it('lists the tools, busiest first', () => {
    const build = (tool: string, count: number): MadeBuild => ({ latenciesUs: Array(count).fill(1000), tool });
    const pairs = [madePair(0, build('a', 10), build('b', 30)), madePair(1, build('a', 10), build('b', 30))];
    expect(gateFigures(madeGate(pairs)).tools).toMatchObject([
      { tool: 'b', calls: 60 },
      { tool: 'a', calls: 20 },
    ]);
  });

  it('allows for the spread between processes where the same ones answered in every pair', () => {
    const own = gateFigures(madeGate(pairsOf(5, 1))).metrics[0];
    const same = gateFigures(madeGate(pairsOf(5, 1), { sameProcesses: true })).metrics[0];
    // t(0.95, 4) = 2.1318: the error grows from s / sqrt 5 to sqrt(s^2 / 5 + 0.042^2).
    const error = (own?.pairSd ?? 0) / Math.sqrt(5);
    expect(Math.log((same?.high ?? 0) / (same?.ratio ?? 1))).toBeCloseTo(2.1318 * Math.hypot(error, 0.042), 4);
    expect(Math.log((own?.high ?? 0) / (own?.ratio ?? 1))).toBeCloseTo(2.1318 * error, 4);
  });
});
