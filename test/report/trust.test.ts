import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../../src/report/report-input.js';
import { reportView } from '../../src/report/report-view.js';
import { trustOf } from '../../src/report/trust.js';
import { PASSING, reportInputOf } from './example-runs.js';

describe('whether a run can be trusted', () => {
  const run = reportInputOf(PASSING);
  const { result } = run.analysis;
  const late = (p99: number) => ({
    count: 100,
    min: 0,
    mean: 10,
    p50: 10,
    p90: 10,
    p95: 10,
    p99,
    p999: p99,
    max: p99,
    unanswered: 0,
  });
  const with_ = (phaseP99: number, warmUpP99: number): ReportInput => ({
    ...run,
    analysis: {
      ...run.analysis,
      result: {
        ...result,
        phases: result.phases.map((phase) => ({
          ...phase,
          validity: { ...phase.validity, valid: true, latenessUs: late(phase.kind === 'warm-up' ? warmUpP99 : phaseP99) },
        })),
        validity: {
          ...result.validity,
          valid: true,
          reasons: [],
          generator: { ...result.validity.generator, latenessUs: late(warmUpP99) },
        },
      },
    },
  });

  it('does not call a start trusted that was late in the warm-up alone: nobody judges it', () => {
    const { state, sentence } = trustOf(reportView(with_(2300, 368_000)));
    expect(state).toBe('trusted');
    expect(sentence).toContain('In no phase were starts more than 2.30 ms late at p99; 0 starts were given up');
    expect(sentence).not.toContain('368');
  });

  it('is in doubt where a check is, and unknown where no start was measured', () => {
    const invalid = with_(10, 10);
    const spoiled = { ...invalid.analysis.result, validity: { ...invalid.analysis.result.validity, valid: false } };
    expect(trustOf(reportView({ ...invalid, analysis: { ...invalid.analysis, result: spoiled } })).state).toBe('in doubt');
    const { latenessUs: _, ...generator } = result.validity.generator;
    const none = { ...result, phases: [], validity: { ...result.validity, valid: true, generator } };
    expect(trustOf(reportView({ ...run, analysis: { ...run.analysis, result: none } })).state).toBe('unknown');
  });
});
