import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commentFromArguments } from '../../../src/cli/comment/comment-from-arguments.js';
import { RIGHT_TOKEN, type StubApi, type StubComment, stubGithub, stubGitlab } from '../../fixtures/stub-comment-api.js';
import { heardConsole } from '../heard-console.js';

const MARKER = '<!-- plimsoll:orders -->';
const BOT = 'github-actions[bot]';
const SUMMARY = '## ✅ pass: orders\n\nno regression\n';

function runFolder(summary = SUMMARY): string {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-comment-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'summary.md'), summary);
  writeFileSync(join(dir, 'result.json'), JSON.stringify({ run: { scenario: 'orders' } }));
  return dir;
}

function eventFile(event: unknown): string {
  const path = join(runFolder(), 'event.json');
  writeFileSync(path, JSON.stringify(event));
  return path;
}

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function comment(
  env: Readonly<Record<string, string>>,
  { run = runFolder(), ...flags }: { readonly run?: string; readonly 'pull-request'?: string; readonly json?: boolean } = {},
): Promise<Said> {
  const { console, out, err } = heardConsole();
  const code = await commentFromArguments({ run, ...flags }, console, env);
  return { code, out: out(), err: err() };
}

const onGithub = (api: Pick<StubApi, 'url'>, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  GITHUB_API_URL: api.url,
  GITHUB_TOKEN: RIGHT_TOKEN,
  GITHUB_REPOSITORY: 'acme/orders',
  GITHUB_EVENT_PATH: eventFile({ pull_request: { number: 7 } }),
  GITHUB_ACTIONS: 'true',
  ...more,
});

const onGitlab = (api: StubApi): Readonly<Record<string, string>> => ({
  CI_API_V4_URL: api.url,
  CI_PROJECT_ID: '12',
  CI_MERGE_REQUEST_IID: '7',
  CI_JOB_TOKEN: 'job-token-1234567890',
});

const says = (id: number, author: string, body: string): StubComment => ({ id, author, body });
/** More than one page of the talk of others. */
const TALK = [says(1, 'ann', 'nice'), says(2, 'bob', 'hm'), says(3, 'ann', 'look'), says(4, BOT, '<!-- plimsoll:other -->\nx')];

describe('comment on GitHub', () => {
  it('is written once and then changed in its place, by the token of a job that may not ask for its own name', async () => {
    const api = await stubGithub();
    expect(await comment(onGithub(api))).toMatchObject({ code: 0, out: expect.stringMatching(/^comment 1000 created/), err: '' });
    expect(api.comments).toEqual([says(1000, BOT, `${MARKER}\n${SUMMARY}`)]);
    const again = await comment(onGithub(api), { run: runFolder('## ❌ fail: orders\n'), json: true });
    expect(JSON.parse(again.out)).toEqual({ comment: 'updated', id: 1000 });
    expect(api.comments).toEqual([says(1000, BOT, `${MARKER}\n## ❌ fail: orders\n`)]);
  });

  it('is found on a later page, by the login of the token', async () => {
    const api = await stubGithub({ login: 'load-bot', comments: [...TALK, says(5, 'load-bot', `${MARKER}\nold`)] });
    await comment(onGithub(api));
    expect(api.comments.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(api.comments.at(-1)?.body).toBe(`${MARKER}\n${SUMMARY}`);
    expect(api.asked.filter(({ method, path }) => method === 'GET' && path.includes('/comments'))).toHaveLength(3);
  });

  it('leaves the marker of a stranger alone, and a quotation of ours too', async () => {
    const strange = [says(1, 'mallory', `${MARKER}\nmine`), says(2, BOT, `> ${MARKER}\nquoted`)];
    const api = await stubGithub({ comments: strange });
    await comment(onGithub(api));
    expect(api.comments.slice(0, 2)).toEqual(strange);
    expect(api.comments[2]).toMatchObject({ author: BOT, body: `${MARKER}\n${SUMMARY}` });
  });

  it('is written anew when it was deleted after it was listed', async () => {
    const api = await stubGithub({
      comments: [says(5, BOT, `${MARKER}\nold`)],
      before: ({ method }) => {
        if (method === 'PATCH') api.comments.length = 0;
        return false;
      },
    });
    expect((await comment(onGithub(api))).out).toContain('created');
    expect(api.asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH', 'POST']);
    expect(api.comments).toHaveLength(1);
  });

  it('is a warning with a wrong token, which is shown nowhere', async () => {
    const api = await stubGithub({
      before: (_request, response) => {
        response.writeHead(401).end('{"message":"Bad credentials: wrong-token-1234567890"}');
        return true;
      },
    });
    const { code, out, err } = await comment(onGithub(api, { GITHUB_TOKEN: 'wrong-token-1234567890' }));
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: no comment: http:\S+ HTTP 401: Bad credentials: \*\*\*; check GITHUB_TOKEN\. The verdict/);
    expect(out).toMatch(/^::warning title=plimsoll comment::no comment/);
    expect(out + err).not.toContain('wrong-token');
  });

  it('is a warning with the read-only token of a fork', async () => {
    const api = await stubGithub({
      before: ({ method }, response) => {
        if (method !== 'POST') return false;
        response.writeHead(403).end('{"message":"Resource not accessible by integration"}');
        return true;
      },
    });
    const repos = { head: { repo: { full_name: 'mallory/orders' } }, base: { repo: { full_name: 'acme/orders' } } };
    const fork = eventFile({ pull_request: { number: 7, ...repos } });
    const { code, err } = await comment(onGithub(api, { GITHUB_EVENT_PATH: fork }));
    expect(code).toBe(0);
    expect(err).toContain('the token of a pull request from a fork is read-only');
    expect((await comment(onGithub(api))).err).toContain('permissions: pull-requests: write');
  });

  it('waits as a rate limit says, and gives up where that is longer than a minute', async () => {
    let limited = 0;
    const busy = (after: string, times: number, status: number) =>
      stubGithub({
        before: ({ method }, response) => {
          if (method !== 'POST' || limited++ >= times) return false;
          response.writeHead(status, { 'retry-after': after }).end('{"message":"secondary rate limit"}');
          return true;
        },
      });
    const short = await busy('1', 1, 403);
    const first = await comment(onGithub(short));
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining('created'),
      err: expect.stringContaining('waiting 1 s'),
    });
    expect(short.comments).toHaveLength(1);
    limited = 0;
    const long = await busy('61', 1, 429);
    const second = await comment(onGithub(long));
    expect(second).toMatchObject({ code: 0, err: expect.stringContaining('rate limit, HTTP 429: secondary rate limit') });
    expect(long.comments).toEqual([]);
  });

  it('is a warning when the API is down, or answers with the page of a proxy', async () => {
    const down = await comment(onGithub({ url: 'http://127.0.0.1:9' }));
    expect(down).toMatchObject({ code: 0, err: expect.stringMatching(/^warning: no comment: .*ECONNREFUSED.*verdict/) });
    const api = await stubGithub({
      login: 'load-bot',
      before: (_request, response) => {
        response.writeHead(200).end('<html><title>Sign in</title>');
        return true;
      },
    });
    expect(await comment(onGithub(api))).toMatchObject({ code: 0, err: expect.stringContaining('no JSON: web page "Sign in"') });
  });

  it('follows no redirection to another host, which would get the token', async () => {
    const other = await stubGithub();
    const api = await stubGithub({
      login: BOT,
      before: ({ method }, response) => {
        if (method === 'GET') return false;
        response.writeHead(307, { location: `${other.url}/repos/acme/orders/issues/7/comments` }).end('{}');
        return true;
      },
    });
    expect((await comment(onGithub(api))).err).toContain('HTTP 307');
    expect(other.asked).toEqual([]);
  });

  it('finds the pull request of a fork by the commit that a followed workflow tested', async () => {
    const run = {
      event: 'pull_request',
      head_branch: 'faster',
      head_sha: 'abcdef0123',
      pull_requests: [],
      head_repository: { owner: { login: 'mallory' } },
    };
    const pulls = [
      { number: 6, head: { sha: 'other' } },
      { number: 7, head: { sha: 'abcdef0123' } },
    ];
    const api = await stubGithub({
      before: ({ path }, response) => {
        if (!path.startsWith('/repos/acme/orders/pulls?')) return false;
        response.end(JSON.stringify(path.includes('head=mallory%3Afaster') ? pulls : []));
        return true;
      },
    });
    const env = onGithub(api, { GITHUB_EVENT_PATH: eventFile({ workflow_run: run }) });
    expect((await comment(env)).out).toContain('created');
    const stale = eventFile({ workflow_run: { ...run, head_sha: '99999999' } });
    expect((await comment(onGithub(api, { GITHUB_EVENT_PATH: stale }))).err).toContain('9999999 is not the head of an open pull');
    expect(api.comments).toHaveLength(1);
  });

  it('says what is missing: a pull request, a token, a repository, an API', async () => {
    const api = await stubGithub();
    const push = { GITHUB_EVENT_PATH: eventFile({ ref: 'refs/heads/main' }) };
    expect((await comment(onGithub(api, push))).err).toContain('this event has no pull request');
    expect((await comment(onGithub(api, push), { 'pull-request': '7' })).out).toContain('created');
    expect((await comment(onGithub(api, { GITHUB_TOKEN: '' }))).err).toContain('GITHUB_TOKEN is not set');
    await expect(comment(onGithub(api, { GITHUB_REPOSITORY: 'acme/../x' }))).rejects.toThrow(/GITHUB_REPOSITORY: found/);
    await expect(comment(onGithub(api), { 'pull-request': '0' })).rejects.toThrow(/--pull-request: found "0"/);
    await expect(comment({})).rejects.toThrow(/neither GITHUB_API_URL nor CI_API_V4_URL/);
  });

  it('reads no file that a link in the folder names', async () => {
    const run = runFolder();
    rmSync(join(run, 'summary.md'));
    symlinkSync('/etc/hostname', join(run, 'summary.md'));
    await expect(comment({}, { run })).rejects.toThrow(/summary\.md: not a plain file/);
  });
});

describe('comment on GitLab', () => {
  it('is written once and then changed in its place', async () => {
    const api = await stubGitlab({ login: 'load-bot', comments: TALK });
    const env = { ...onGitlab(api), PLIMSOLL_GITLAB_TOKEN: RIGHT_TOKEN };
    expect((await comment(env)).out).toContain('created');
    expect((await comment(env)).out).toContain('updated');
    expect(api.comments).toHaveLength(TALK.length + 1);
    expect(api.asked.at(-1)).toMatchObject({ method: 'PUT', path: '/projects/12/merge_requests/7/notes/1004' });
  });

  it('is a warning without a token of its own: that of the job cannot write notes', async () => {
    const api = await stubGitlab();
    expect(await comment(onGitlab(api))).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^warning: no comment: PLIMSOLL_GITLAB_TOKEN is not set, and CI_JOB_TOKEN cannot write notes/),
    });
    expect(api.asked).toEqual([]);
  });

  it('is a warning with a token of too few rights', async () => {
    const api = await stubGitlab({
      login: 'load-bot',
      before: ({ method }, response) => {
        if (method !== 'POST') return false;
        response.writeHead(403).end('{"error":"insufficient_scope"}');
        return true;
      },
    });
    const { code, err } = await comment({ ...onGitlab(api), PLIMSOLL_GITLAB_TOKEN: RIGHT_TOKEN });
    expect(code).toBe(0);
    expect(err).toContain('insufficient_scope; PLIMSOLL_GITLAB_TOKEN needs the scope api');
  });
});
