import type { ExitCode } from '../../errors/exit-codes.js';
import { judge } from '../../judge/judge.js';
import { analyseJournal } from '../../measure/analyse.js';
import { writeFileAtomically } from '../../measure/atomic-file.js';
import type { Analysis, Result } from '../../measure/result.js';
import { resultText } from '../../measure/result-text.js';
import type { RunFolder } from './run-folder.js';

/** A run that was measured, judged and written down. */
export interface FinishedRun {
  readonly folder: RunFolder;
  readonly analysis: Analysis;
  readonly result: Result;
  readonly exitCode: ExitCode;
}

/**
 * Derives everything else in a run folder from its journal: result, histogram log, reports. Used by `run` at its end and by `report` later.
 * @throws PlimsollError with exit code 2 when the journal cannot be read; whatever the disk says when a file cannot be written.
 */
export async function finishRun(folder: RunFolder): Promise<FinishedRun> {
  const analysis = analyseJournal(folder.journal, { hdrLog: folder.latency });
  const verdict = judge(analysis);
  const result: Result = { ...analysis.result, verdict };
  writeFileAtomically(folder.result, resultText(result));
  return { folder, analysis, result, exitCode: verdict.exitCode as ExitCode };
}
