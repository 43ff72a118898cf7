import type { ExitCode } from '../../errors/exit-codes.js';
import { judge } from '../../judge/judge.js';
import { analyseJournal } from '../../measure/analyse.js';
import { writeFileAtomically } from '../../measure/atomic-file.js';
import type { Analysis, Result } from '../../measure/result.js';
import { resultText } from '../../measure/result-text.js';
import type { RunFolder } from './run-folder.js';

export interface DerivedResult {
  readonly analysis: Analysis;
  readonly result: Result;
}

/** A run that was measured, judged and written down. */
export interface FinishedRun extends DerivedResult {
  readonly folder: RunFolder;
  readonly exitCode: ExitCode;
}

/** The judged result of a run, from its journal alone. @throws PlimsollError with exit code 2 when the journal cannot be read. */
export function deriveResult(journal: string, options: { readonly hdrLog?: string } = {}): DerivedResult {
  const analysis = analyseJournal(journal, options);
  return { analysis, result: { ...analysis.result, verdict: judge(analysis) } };
}

/**
 * Derives everything else in a run folder from its journal: result, histogram log, reports. Used by `run` at its end and by `report` later.
 * @throws PlimsollError with exit code 2 when the journal cannot be read; whatever the disk says when a file cannot be written.
 */
export async function finishRun(folder: RunFolder): Promise<FinishedRun> {
  const { analysis, result } = deriveResult(folder.journal, { hdrLog: folder.latency });
  writeFileAtomically(folder.result, resultText(result));
  return { folder, analysis, result, exitCode: result.verdict.exitCode as ExitCode };
}
