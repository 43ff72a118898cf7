import { resultText } from '../../measure/result-text.js';
import type { Console } from '../console.js';
import type { FinishedRun } from './finish-run.js';

/** Prints what a run came to: the result on stdout, as JSON or in words. */
export async function tellResult(
  { result, folder }: FinishedRun,
  console: Console,
  options: { readonly json: boolean; readonly quiet: boolean },
): Promise<void> {
  if (options.json) console.out(resultText(result).trimEnd());
  else console.out(`${result.verdict.outcome}: ${result.verdict.summary}`);
  console.err(`report: ${folder.html}`);
}
