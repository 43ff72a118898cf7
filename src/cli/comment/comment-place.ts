import { PlimsollError } from '../../errors/plimsoll-error.js';
import { fieldsOf } from './own-comment.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the pull request of a workflow run has to be looked up: the event of a fork names none. */
export interface PullOfFork {
  /** `owner:branch` */
  readonly head: string;
  readonly sha: string;
}

/** Where the comment of a run belongs. The address of the API comes from the CI system alone. */
export type CommentPlace =
  | {
      readonly site: 'github';
      readonly api: string;
      readonly token: string;
      /** `owner/name` */
      readonly repository: string;
      readonly pull: number | PullOfFork;
      /** The change comes from a fork, whose token is read-only. */
      readonly fork: boolean;
    }
  | {
      readonly site: 'gitlab';
      readonly api: string;
      readonly token: string;
      readonly project: string;
      readonly mergeRequest: number;
    };

/** Why there is nothing to comment on, which is no failure of the run. */
export interface NoPlace {
  readonly why: string;
}

export interface PlaceFlags {
  readonly repository?: string | undefined;
  readonly 'pull-request'?: string | undefined;
}

/**
 * Where to comment, from what a CI system sets. Pure.
 * @param event what GITHUB_EVENT_PATH holds, parsed; undefined without one
 * @throws PlimsollError with exit code 2 for a flag that is none, and where no CI system names an API.
 */
export function commentPlace(env: Environment, flags: PlaceFlags, event: unknown): CommentPlace | NoPlace {
  const github = given(env.GITHUB_API_URL);
  if (github !== undefined) return githubPlace(env, flags, apiOf('GITHUB_API_URL', github), fieldsOf(event));
  const gitlab = given(env.CI_API_V4_URL);
  if (gitlab !== undefined) return gitlabPlace(env, flags, apiOf('CI_API_V4_URL', gitlab));
  throw new PlimsollError('comment: neither GITHUB_API_URL nor CI_API_V4_URL is set', 'usage', {
    hint: 'GitHub Actions and GitLab CI set one of them; elsewhere set it yourself, with a token',
  });
}

function githubPlace(
  env: Environment,
  flags: PlaceFlags,
  api: string,
  event: Readonly<Record<string, unknown>>,
): CommentPlace | NoPlace {
  const repository = flags.repository ?? given(env.GITHUB_REPOSITORY);
  if (repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository) || /(^|\/)\.{1,2}($|\/)/.test(repository)) {
    throw new PlimsollError(
      `${flags.repository === undefined ? 'GITHUB_REPOSITORY' : '--repository'}: found ${JSON.stringify(repository ?? '')}, accepted: owner/name`,
      'usage',
    );
  }
  const pull = numberOf(flags['pull-request']) ?? pullOf(event);
  if (pull === undefined) return { why: 'this event has no pull request' };
  const token = given(env.GITHUB_TOKEN);
  if (token === undefined) return { why: 'GITHUB_TOKEN is not set; give the step `GITHUB_TOKEN: ${{ github.token }}`' };
  return { site: 'github', api, token, repository, pull, fork: isFork(event) };
}

function gitlabPlace(env: Environment, flags: PlaceFlags, api: string): CommentPlace | NoPlace {
  const mergeRequest = numberOf(flags['pull-request']) ?? countOf(env.CI_MERGE_REQUEST_IID);
  if (mergeRequest === undefined) return { why: 'this pipeline has no merge request' };
  const project = flags.repository ?? given(env.CI_PROJECT_ID);
  if (project === undefined) return { why: 'CI_PROJECT_ID is not set' };
  const token = given(env.PLIMSOLL_GITLAB_TOKEN);
  if (token === undefined) {
    return {
      why: 'PLIMSOLL_GITLAB_TOKEN is not set, and CI_JOB_TOKEN cannot write notes; add a masked CI variable with a token of scope api',
    };
  }
  return { site: 'gitlab', api, token, project, mergeRequest };
}

/** The pull request of an event: of `pull_request`, of a comment on one, or of the workflow that `workflow_run` follows. */
function pullOf(event: Readonly<Record<string, unknown>>): number | PullOfFork | undefined {
  const own = fieldsOf(event.pull_request).number;
  if (typeof own === 'number') return own;
  const issue = fieldsOf(event.issue);
  if (typeof issue.number === 'number' && issue.pull_request !== undefined) return issue.number;
  const run = fieldsOf(event.workflow_run);
  const [first] = Array.isArray(run.pull_requests) ? (run.pull_requests as readonly unknown[]) : [];
  const followed = fieldsOf(first).number;
  if (typeof followed === 'number') return followed;
  const owner = fieldsOf(fieldsOf(run.head_repository).owner).login;
  const { head_branch: branch, head_sha: sha, event: cause } = run;
  if (cause !== 'pull_request' || typeof owner !== 'string' || typeof branch !== 'string' || typeof sha !== 'string') {
    return undefined;
  }
  return { head: `${owner}:${branch}`, sha };
}

function isFork(event: Readonly<Record<string, unknown>>): boolean {
  const { head, base } = fieldsOf(event.pull_request);
  const [from, to] = [head, base].map((end) => fieldsOf(fieldsOf(end).repo).full_name);
  return from !== undefined && to !== undefined && from !== to;
}

/** @throws PlimsollError with exit code 2 for an address that is none. */
function apiOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new PlimsollError(`${name}: found ${JSON.stringify(text)}, accepted: an http or https URL`, 'usage');
  }
  return url.href.replace(/\/+$/, '');
}

/** @throws PlimsollError with exit code 2 for what is no number. */
function numberOf(flag: string | undefined): number | undefined {
  if (flag === undefined) return undefined;
  const number = countOf(flag);
  if (number !== undefined) return number;
  throw new PlimsollError(`--pull-request: found ${JSON.stringify(flag)}, accepted: a number from 1 on`, 'usage');
}

const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

/** CI systems set what they do not have to nothing. */
const given = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.trim();
