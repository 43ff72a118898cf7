import { describe, expect, it } from 'vitest';
import type { ComparedFigures, ComparedScope, RunComparison } from '../../src/compare/comparison.js';
import { failOnOf, heldAgainst } from '../../src/compare/fail-on.js';

const FIGURES: ComparedFigures = { calls: 100, failed: 0 };
const comparing = (change: ComparedScope['change'], more: Partial<ComparedScope> = {}): RunComparison => {
  const run = { id: 'r', scenario: 's', scenarioHash: 'h', startedAt: '2026-01-01T00:00:00.000Z', durationS: 1, version: '1' };
  const scopes: ComparedScope[] = [
    { by: 'all', name: 'all judged calls', a: FIGURES, b: FIGURES, change, ...more },
    { by: 'tool', name: 'slow', change: { p95: 9 } },
  ];
  return { schema: 'plimsoll.compare/1', kind: 'runs', a: run, b: run, caveats: [], proof: '', scopes };
};

describe('--fail-on', () => {
  it.each([
    ['p95:10', { metric: 'p95', worse: 0.1 }],
    ['success:0.5', { metric: 'success', worse: 0.005 }],
    ['goodput:5%', { metric: 'goodput', worse: 0.05 }],
  ])('reads %s', (text, limit) => {
    expect(failOnOf(text)).toEqual(limit);
  });

  it.each(['p95', 'p96:10', 'p95:', 'p95:ten', 'p95:-1', 'p95:10:20', ''])('refuses %j', (text) => {
    expect(() => failOnOf(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => failOnOf(text)).toThrow(
      /accepted: METRIC:PERCENT, METRIC being one of p50, p95, p99, success, goodput, cpu, confirmed, estimate, memory, instances, cost/,
    );
  });

  it.each<[string, ComparedScope['change'], string, string]>([
    ['p95:10', { p95: 0.1 }, 'held', 'p95 +10 %, limit 10 %'],
    ['p95:10', { p95: 0.101 }, 'worse', 'p95 +10 %, limit 10 %'],
    ['p95:10', { p95: -0.5 }, 'held', 'p95 -50 %, limit 10 %'],
    ['goodput:5', { goodput: -0.06 }, 'worse', 'goodput -6 %, limit 5 %'],
    ['goodput:5', { goodput: 0.5 }, 'held', 'goodput +50 %, limit 5 %'],
    ['success:1', { success: -0.02 }, 'worse', '2 % more failures, limit 1 %'],
    ['success:1', { success: -0.01 }, 'held', '1 % more failures, limit 1 %'],
    ['p99:10', {}, 'unknown', 'p99 cannot be compared: a run has no figure for it'],
  ])('%s of %j: %s', (limit, change, outcome, text) => {
    expect(heldAgainst(comparing(change), failOnOf(limit))).toMatchObject({ outcome, text });
  });

  it('takes a quantile that B alone lost for worse, and tells nothing of one that A lost', () => {
    const [some, none] = [
      { ...FIGURES, p99: { us: 5000 } },
      { ...FIGURES, p99: { us: null } },
    ];
    const held = (a: ComparedFigures, b: ComparedFigures) => heldAgainst(comparing({}, { a, b }), failOnOf('p99:10')).outcome;
    expect([held(some, none), held(none, some), held(none, none)]).toEqual(['worse', 'unknown', 'unknown']);
  });
});
