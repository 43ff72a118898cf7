import { lstatSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { githubWarning } from '../../report/github.js';
import { runFolderAt } from '../../run/run-folder.js';
import { packageVersion } from '../../run/version.js';
import { spanText } from '../../text/figure-text.js';
import type { Console } from '../console.js';
import { ApiRefusal, CommentApi } from './comment-api.js';
import { commentBody } from './comment-body.js';
import { type CommentPlace, commentPlace, type PlaceFlags } from './comment-place.js';
import { fieldsOf } from './own-comment.js';
import { postComment } from './post-comment.js';

export interface CommentArguments extends PlaceFlags {
  readonly run: string;
  readonly author?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

const MOST_SUMMARY_BYTES = 1024 * 1024;
const MOST_JSON_BYTES = 256 * 1024 * 1024;

/**
 * The command `comment`. What keeps the comment from being written is a warning: the verdict of the run is the exit code of the run.
 * @returns 0, with or without a comment
 * @throws PlimsollError with exit code 2 for a folder that is no run, and for flags and variables that are none.
 */
export async function commentFromArguments(
  args: CommentArguments,
  console: Console,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ExitCode> {
  for (const name of ['GITHUB_TOKEN', 'PLIMSOLL_GITLAB_TOKEN', 'CI_JOB_TOKEN']) console.redactor.learn([env[name] ?? '']);
  const { scenario, summary } = readRun(args.run);
  const place = commentPlace(env, args, eventOf(env.GITHUB_EVENT_PATH));
  if ('why' in place) return withoutComment(place.why, args, console, env);
  const api = new CommentApi(headersOf(place), { nowMs: Date.now, pause: async (ms) => void (await wait(ms)) }, (ms) =>
    console.err(`rate limit of ${place.api}: waiting ${spanText(ms / 1000)}`),
  );
  try {
    const body = commentBody(scenario, console.redactor.redactLong(summary));
    const { done, id } = await postComment(place, { scenario, body, author: args.author }, (wanted) => api.ask(wanted));
    if (args.json === true) console.json({ comment: done, id });
    else if (args.quiet !== true) console.out(`comment ${id} ${done} at ${place.api}`);
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return withoutComment(`${place.api}: ${error.message}${adviceFor(place, error.status)}`, args, console, env);
  }
}

function withoutComment(
  why: string,
  args: CommentArguments,
  console: Console,
  env: Readonly<Record<string, string | undefined>>,
): ExitCode {
  const text = `no comment: ${why}. The verdict of the run is not changed.`;
  if (args.json === true) console.json({ comment: 'none', why });
  console.err(`warning: ${text}`);
  if (env.GITHUB_ACTIONS === 'true')
    console.workflow([githubWarning('plimsoll comment', text)], args.json === true ? 'err' : 'out');
  return EXIT.pass;
}

/** What most likely mends a refusal. */
function adviceFor(place: CommentPlace, status: number | undefined): string {
  const github = place.site === 'github';
  if (status === 401) return `; check ${github ? 'GITHUB_TOKEN' : 'PLIMSOLL_GITLAB_TOKEN'}`;
  if (status !== 403 && status !== 404) return '';
  if (!github) return '; PLIMSOLL_GITLAB_TOKEN needs the scope api and a role of Reporter or higher';
  return place.fork
    ? '; the token of a pull request from a fork is read-only, so use the workflow_run workflow of docs/ci.md'
    : '; the job needs permissions: pull-requests: write';
}

const headersOf = ({ site, token }: CommentPlace): Readonly<Record<string, string>> => ({
  'user-agent': `plimsoll/${packageVersion()}`,
  accept: site === 'github' ? 'application/vnd.github+json' : 'application/json',
  'accept-encoding': 'identity',
  ...(site === 'github'
    ? { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' }
    : { 'private-token': token }),
});

/** Name and summary of a run. The folder may come from an artifact that a stranger made. @throws PlimsollError with exit code 2 */
function readRun(path: string): { readonly scenario: string; readonly summary: string } {
  const folder = runFolderAt(path);
  const summary = readOwnFile(folder.summary, MOST_SUMMARY_BYTES);
  const scenario = fieldsOf(fieldsOf(jsonOf(folder.result, MOST_JSON_BYTES)).run).scenario;
  if (typeof scenario !== 'string' || !/^[a-z0-9-]{1,200}$/.test(scenario)) {
    throw new PlimsollError(`${folder.result}: no name of a scenario in run.scenario`, 'usage', {
      hint: 'write it again with plimsoll report',
    });
  }
  return { scenario, summary };
}

/** A link in an artifact could lead to any file of this machine, which the comment would then show. */
function readOwnFile(path: string, most: number): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) {
    throw new PlimsollError(`${path}: ${found === undefined ? 'no such file' : 'not a plain file'}`, 'usage', {
      hint: 'name a run folder; plimsoll report writes its summary again',
    });
  }
  if (found.size > most) throw new PlimsollError(`${path}: found ${found.size} bytes, accepted: at most ${most}`, 'usage');
  return readFileSync(path, 'utf8');
}

function jsonOf(path: string, most: number): unknown {
  const text = readOwnFile(path, most);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new PlimsollError(`${path}: not JSON`, 'usage');
  }
}

/** The event of a GitHub job. One that cannot be read is none: the flags may say what it would have said. */
function eventOf(path: string | undefined): unknown {
  if (path === undefined || path === '') return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}
