import { appendFileSync } from 'node:fs';
import { renderGithubAnnotations, renderGithubSummary } from '../../report/github.js';
import { reportInputOf } from '../../report/report-input.js';
import type { FinishedRun } from '../../run/finish-run.js';
import type { Console } from '../console.js';

/** Under GitHub Actions: annotations in the log and the job summary. They are extras: a summary file that cannot be written fails no run. */
export function tellGithub(
  { analysis, result }: Pick<FinishedRun, 'analysis' | 'result'>,
  console: Console,
  env: Readonly<Record<string, string | undefined>>,
  stdoutIsTaken: boolean,
): void {
  if (env.GITHUB_ACTIONS !== 'true') return;
  const input = reportInputOf(analysis, result);
  // GitHub reads workflow commands from both streams.
  console.workflow(renderGithubAnnotations(input), stdoutIsTaken ? 'err' : 'out');
  if (env.GITHUB_STEP_SUMMARY === undefined || env.GITHUB_STEP_SUMMARY === '') return;
  try {
    appendFileSync(env.GITHUB_STEP_SUMMARY, renderGithubSummary(input));
  } catch (error) {
    console.err(`warning: the job summary could not be written: ${(error as Error).message}`);
  }
}
