import type { Analysis } from '../analysis/analysis.js';
import type { Verdict } from '../result/verdict.js';

/** What every report is made from: the figures of a run and the judgement on them. Nothing else is read. */
export interface ReportInput {
  readonly analysis: Analysis;
  readonly verdict: Verdict;
}
