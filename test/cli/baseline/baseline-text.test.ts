import { describe, expect, it } from 'vitest';
import { renderBaseline } from '../../../src/cli/baseline/baseline-text.js';
import type { BaselineRun } from '../../../src/judge/baseline-schema.js';
import { baselineRun, baselineWith } from '../../judge/made-baseline.js';

const HOST = { hostname: 'ci', cores: 2, cpuModel: 'Model' };
const runOf = (at: number, more: Partial<BaselineRun> = {}): BaselineRun =>
  baselineRun(at, { host: HOST, p95Us: 100_000 * (1 + 0.01 * (at % 3)), ...more });
const textOf = (runs: BaselineRun[]): string => renderBaseline(baselineWith(runs)).join('\n');
const runs = (count: number, more: (at: number) => Partial<BaselineRun> = () => ({})): BaselineRun[] =>
  Array.from({ length: count }, (_, at) => runOf(at, more(at)));

describe('a baseline as it is read', () => {
  it('says that few runs are judged by their tolerance, and what is missing', () => {
    const text = textOf(runs(4));
    expect(text).toContain('judged by    tolerance 1.5: 4 runs of 4 sittings; from 10 runs of 5 sittings on, what they predict');
    expect(text).toMatch(/p95 +101 ms, at worst 151 ms/);
    expect(text).toContain('the median of 4');
    expect(text).toContain('run-0  1,000 calls, p95 100 ms, on ci (Model, 2 cores), 2026-11-10');
  });

  it('says what enough runs predict, and which runs do not count', () => {
    const text = textOf([runOf(20, { host: { cores: 64 } }), ...runs(10)]);
    expect(text).toContain('judged by    what 10 runs of 10 sittings predict; 1 run on other classes of machines not counted');
    expect(text).toMatch(/p95 +101 ms, at worst 106 ms/);
    expect(text).toMatch(/throughput +100\/s, at worst 95\.2\/s/);
  });

  it('says that runs of an older version do not tell their sitting', () => {
    expect(textOf(runs(10, () => ({ sitting: undefined })))).toContain('tolerance 1.5: 10 runs, not all with their sitting');
  });
});
