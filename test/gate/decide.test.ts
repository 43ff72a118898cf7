import { describe, expect, it } from 'vitest';
import { decideGate, type GateDecision } from '../../src/gate/decide.js';
import { type GateRule, judgedMetrics } from '../../src/gate/gate-rule.js';
import type { PairFigures } from '../../src/gate/pair-figures.js';

const LIMITS = { regression: 0.05, margin: 0.1 };
const RULE: GateRule = {
  metrics: judgedMetrics({ metrics: ['p95'], tools: [] }),
  limits: { p50: LIMITS, p95: LIMITS, p99: LIMITS, cpu: { regression: 0.03, margin: 0.05 } },
  successMargin: 0.01,
  looks: [5, 8, 12],
  constantSpread: 0,
};
const CLEAN = [{ failed: 0, of: 100 }];

const pair = (baseline: number | null, candidate: number | null, failed = 0, of = 100): PairFigures => ({
  baseline: { metrics: { p95: baseline }, blocks: CLEAN },
  candidate: { metrics: { p95: candidate }, blocks: [{ failed, of }] },
});
/** Ratios that spread evenly about one value. */
const pairs = (count: number, ratio: number, spread = 0.01): PairFigures[] =>
  Array.from({ length: count }, (_, at) => pair(1000, 1000 * ratio * Math.exp(spread * (((at % 3) - 1) as number))));
const stateOf = ({ metrics }: GateDecision): string | undefined => metrics[0]?.state;

describe('decideGate', () => {
  it('passes an unchanged build at the first look', () => {
    expect(decideGate(pairs(5, 1), RULE, true).outcome).toBe('pass');
  });

  it('confirms at the second look what it saw at the first', () => {
    const first = decideGate(pairs(5, 1.2), RULE, true);
    expect(first).toMatchObject({ outcome: 'more', unconfirmed: ['p95'] });
    expect(decideGate(pairs(8, 1.2), RULE, true).outcome).toBe('worse');
    // Gone at the second look: on with the usual rule.
    expect(decideGate([...pairs(5, 1.2), ...pairs(3, 0.5)], RULE, true).outcome).toBe('more');
  });

  it('raises no alarm that it cannot confirm', () => {
    expect(decideGate(pairs(5, 1.2), RULE, false).outcome).toBe('inconclusive');
  });

  it('calls a certain but small change no regression, and does not pass what may be too large', () => {
    expect(decideGate(pairs(8, 1.03, 0.001), RULE, true).outcome).toBe('pass');
    expect(decideGate(pairs(8, 1.0, 0.4), RULE, true).outcome).toBe('more');
    expect(decideGate(pairs(12, 1.0, 0.4), RULE, true).outcome).toBe('inconclusive');
  });

  it('asks the limits of the metric itself', () => {
    const cpu: GateRule = { ...RULE, metrics: judgedMetrics({ metrics: ['cpu'], tools: [] }) };
    const made = Array.from(
      { length: 8 },
      (_, at): PairFigures => ({
        baseline: { metrics: { cpu: 1000 }, blocks: CLEAN },
        candidate: { metrics: { cpu: 1040 + (at % 2) }, blocks: CLEAN },
      }),
    );
    expect(decideGate(made, cpu, true).outcome).toBe('worse');
    expect(
      decideGate(
        made,
        { ...cpu, metrics: judgedMetrics({ metrics: ['cpu'], tools: [] }), limits: { ...cpu.limits, cpu: LIMITS } },
        true,
      ).outcome,
    ).toBe('pass');
  });

  it('widens every interval by the spread that the same two processes hide', () => {
    expect(decideGate(pairs(5, 1.0), { ...RULE, constantSpread: 0.042 }, true).outcome).toBe('pass');
    expect(decideGate(pairs(5, 1.06, 0.001), { ...RULE, constantSpread: 0.042 }, true).outcome).toBe('more');
  });

  describe('where a quantile is among unanswered calls', () => {
    it('is worse when only the candidate has it so in three pairs', () => {
      const made = [...pairs(5, 1), pair(1000, null), pair(1000, null), pair(1000, null)];
      expect(decideGate(made, RULE, true)).toMatchObject({ outcome: 'worse' });
      // One such pair proves nothing, and lets nothing pass.
      expect(stateOf(decideGate([...pairs(7, 1), pair(1000, null)], RULE, true))).toBe('open');
    });

    it('counts as better when only the baseline has it so', () => {
      expect(decideGate([...pairs(4, 1), pair(null, 1000)], RULE, true).outcome).toBe('pass');
      expect(
        decideGate(
          Array.from({ length: 5 }, () => pair(null, 1000)),
          RULE,
          true,
        ).outcome,
      ).toBe('pass');
    });

    it('judges nothing when both have it so in every pair: no data is never a pass', () => {
      const decision = decideGate(
        Array.from({ length: 12 }, () => pair(null, null)),
        RULE,
        true,
      );
      expect(stateOf(decision)).toBe('not-judged');
      expect(decision.outcome).toBe('inconclusive');
    });
  });

  describe('success', () => {
    const rule: GateRule = { ...RULE, metrics: judgedMetrics({ metrics: ['success'], tools: [] }) };
    const failing = (each: readonly number[]): PairFigures[] => each.map((failed) => pair(1000, 1000, failed, 100));

    it('passes 300 clean calls on both sides, and not fewer', () => {
      expect(decideGate(failing([0, 0, 0, 0, 0]), rule, true).outcome).toBe('pass');
      expect(decideGate(failing([0, 0]), { ...rule, looks: [2, 3, 4] }, true).outcome).toBe('more');
    });

    it('is worse where failures are no chance and come in three pairs', () => {
      expect(decideGate(failing([9, 8, 9, 7, 8, 9, 8, 8]), rule, true).outcome).toBe('worse');
      // As many failures in one pair are that pair's mishap.
      expect(decideGate(failing([66, 0, 0, 0, 0, 0, 0, 0]), rule, true).outcome).not.toBe('worse');
    });

    it('takes failures that come in bunches for fewer than they are', () => {
      const bunched = failing([12, 0, 12, 0, 12, 0, 0, 0]);
      const effect = decideGate(bunched, rule, true).metrics[0];
      expect(effect?.kind === 'success' && effect.evidence.designEffect).toBeGreaterThan(5);
      expect(decideGate(bunched, rule, true).outcome).not.toBe('worse');
    });

    it('lets a few failures pass within the margin', () => {
      const many = Array.from(
        { length: 8 },
        (): PairFigures => ({
          baseline: { metrics: {}, blocks: [{ failed: 1, of: 2000 }] },
          candidate: { metrics: {}, blocks: [{ failed: 2, of: 2000 }] },
        }),
      );
      expect(decideGate(many, rule, true).outcome).toBe('pass');
    });
  });

  it('fails when one of several metrics is worse, and waits for all of them to be clear', () => {
    const both: GateRule = { ...RULE, metrics: judgedMetrics({ metrics: ['p95', 'success'], tools: [] }) };
    expect(decideGate(pairs(8, 1.2), both, true).outcome).toBe('worse');
    expect(decideGate(pairs(8, 1.0, 0.4), both, true).outcome).toBe('more');
    expect(decideGate(pairs(5, 1.0), both, true).outcome).toBe('pass');
  });
});
