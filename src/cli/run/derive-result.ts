import { judge } from '../../judge/judge.js';
import { analyseJournal } from '../../measure/analyse.js';
import type { Analysis, Result } from '../../measure/result.js';

export interface DerivedResult {
  readonly analysis: Analysis;
  readonly result: Result;
}

/** The judged result of a run, from its journal alone. @throws PlimsollError with exit code 2 when the journal cannot be read. */
export function deriveResult(journal: string, options: { readonly hdrLog?: string } = {}): DerivedResult {
  const analysis = analyseJournal(journal, options);
  return { analysis, result: { ...analysis.result, verdict: judge(analysis) } };
}
