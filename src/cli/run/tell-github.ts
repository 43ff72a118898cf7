import { appendFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { renderGithubAnnotations, renderGithubSummary } from '../../report/github.js';
import { reportInputOf } from '../../report/report-input.js';
import type { FinishedRun } from '../../run/finish-run.js';
import type { Console } from '../console.js';

/**
 * Under GitHub Actions: annotations in the log and the job summary. They are extras: a summary file that cannot be written fails no run.
 * @param scenario as the command line names it: a file of the repository gets the annotations
 */
export function tellGithub(
  { analysis, result }: Pick<FinishedRun, 'analysis' | 'result'>,
  console: Console,
  env: Readonly<Record<string, string | undefined>>,
  stdoutIsTaken: boolean,
  scenario?: string,
): void {
  if (env.GITHUB_ACTIONS !== 'true') return;
  const input = reportInputOf(analysis, result);
  // GitHub reads workflow commands from both streams.
  console.workflow(renderGithubAnnotations(input, inRepository(scenario, env.GITHUB_WORKSPACE)), stdoutIsTaken ? 'err' : 'out');
  if (env.GITHUB_STEP_SUMMARY === undefined || env.GITHUB_STEP_SUMMARY === '') return;
  try {
    appendFileSync(env.GITHUB_STEP_SUMMARY, renderGithubSummary(input));
  } catch (error) {
    console.err(`warning: the job summary could not be written: ${(error as Error).message}`);
  }
}

/** Path from the root of the repository, with slashes; undefined for what is no file in it. */
function inRepository(path: string | undefined, root: string | undefined): string | undefined {
  if (path === undefined || root === undefined || root === '') return undefined;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const from = relative(resolve(root), resolve(path));
  return from.startsWith('..') || isAbsolute(from) ? undefined : from.split(sep).join('/');
}
