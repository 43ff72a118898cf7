import type { ExitCode } from '../../errors/exit-codes.js';
import type { Analysis, Result } from '../../measure/result.js';
import type { RunFolder } from './run-folder.js';

/** A run that was measured, judged and written down. */
export interface FinishedRun {
  readonly folder: RunFolder;
  readonly analysis: Analysis;
  readonly result: Result;
  readonly exitCode: ExitCode;
}
