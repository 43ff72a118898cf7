import type { Analysis } from '../analysis/analysis.js';
import type { Result } from '../result/result.js';

/** What every report is made from: the figures of a run and the judgement on them. Nothing else is read. */
export interface ReportInput extends Pick<Result, 'verdict' | 'readiness' | 'attempts'> {
  readonly analysis: Analysis;
}

/** What the reports of a judged run are made from. */
export const reportInputOf = (analysis: Analysis, { verdict, readiness, attempts }: Result): ReportInput => ({
  analysis,
  verdict,
  readiness,
  ...(attempts === undefined ? {} : { attempts }),
});
