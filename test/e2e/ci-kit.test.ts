import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../fixtures/ports.js';
import { RIGHT_TOKEN, stubGithub, stubGitlab } from '../fixtures/stub-comment-api.js';
import { bin, fixture, root, temporaryFolder } from './plimsoll.js';

const LONG_MS = 240_000;

interface Input {
  readonly description: string;
  readonly default?: string;
}

interface Step {
  readonly id?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts: { readonly reports: Readonly<Record<string, string>> };
}

const read = (name: string): unknown => parse(readFileSync(join(root, name), 'utf8'));
const action = read('action.yml') as Action;
const gitlab = read('ci/gitlab.yml') as Readonly<Record<'.plimsoll-gate', GitlabJob>>;

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs a script as the runner of a CI system does, with nothing of this process in its environment but the path. */
function shell(script: string, flags: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const path = join(temporaryFolder(), 'step.sh');
  writeFileSync(path, script);
  return new Promise((resolve) =>
    execFile(
      'bash',
      [...flags, path],
      { cwd, env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, said: stdout + stderr }),
    ),
  );
}

interface ActionEnd extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the steps of action.yml one after the other until one fails, as GitHub runs a composite action. */
async function runAction(
  cwd: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<ActionEnd> {
  const known = new Map<string, string>([
    ['github.token', RIGHT_TOKEN],
    ['github.action_path', root],
    ...Object.entries(action.inputs).map(([name, input]): [string, string] => [
      `inputs.${name}`,
      inputs[name] ?? input.default ?? '',
    ]),
  ]);
  const filled = (text: string): string => text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => known.get(name) ?? '');
  const outputs = (): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value)]));
  let said = '';
  for (const step of action.runs.steps) {
    const output = join(temporaryFolder(), 'output');
    writeFileSync(output, '');
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]));
    const ended = await shell(step.run, ['--noprofile', '--norc', '-e', '-o', 'pipefail'], cwd, {
      GITHUB_OUTPUT: output,
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: temporaryFolder(),
      ...env,
      ...own,
    });
    said += ended.said;
    for (const line of readFileSync(output, 'utf8').split('\n').filter(Boolean)) {
      const at = line.indexOf('=');
      known.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
    if (ended.code !== 0) return { code: ended.code, said, outputs: outputs() };
  }
  return { code: 0, said, outputs: outputs() };
}

interface Repository {
  readonly dir: string;
  readonly git: (...args: readonly string[]) => string;
  /** Writes the flags that the server starts with and commits that. */
  readonly commit: (flags: readonly string[]) => void;
}

/** A repository with a small MCP server, a scenario for a gate, and plimsoll installed. */
function repository(): Repository {
  const dir = temporaryFolder();
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  git('init', '--quiet', '--initial-branch=main');
  copyFileSync(fixture('mini-server.js'), join(dir, 'server.js'));
  writeFileSync(join(dir, '.gitignore'), 'node_modules\nplimsoll-gate\n.npm\n');
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  mkdirSync(join(dir, 'load'));
  writeFileSync(
    join(dir, 'load', 'orders.yaml'),
    JSON.stringify({
      plimsoll: 1,
      name: 'orders',
      target: {
        url: 'http://127.0.0.1:{{ port }}/mcp',
        server: {
          command: [process.execPath, 'start.js', '--port', '{{ port }}'],
          cwd: '..',
          ready: 'http://127.0.0.1:{{ port }}/health',
        },
      },
      sessions: { count: 1 },
      load: { seed: 1, arrivals: 'constant', timeout: '10s', phases: [{ name: 'steady', rate: '40/s', for: '5s' }] },
      calls: [{ tool: 'echo', arguments: { message: 'hello' } }],
      slo: { success: '0%', p95: '20s' },
      // Success alone does not depend on how busy this machine is.
      gate: {
        metrics: ['success'],
        limits: { success: { margin: '20%' } },
        pairs: { warmUp: '1s', measure: '2s', block: '500ms', looks: [2, 3, 4] },
        contract: 'fail',
      },
    }),
  );
  mkdirSync(join(dir, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(bin, join(dir, 'node_modules', '.bin', 'plimsoll'));
  const commit = (flags: readonly string[]): void => {
    writeFileSync(join(dir, 'start.js'), `process.argv.push(...${JSON.stringify(flags)});\nawait import('./server.js');\n`);
    appendFileSync(join(dir, 'log.txt'), 'changed\n');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Change');
  };
  commit([]);
  return { dir, git, commit };
}

/** Merges the branch `change` as GitHub does for a pull request. @returns the commit that the checkout is at */
function mergeOf({ git }: Repository): string {
  git('checkout', '--quiet', '--detach', 'main');
  git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
  return git('rev-parse', 'HEAD');
}

describe('action.yml', () => {
  it('is a composite action of shell steps into which no input is pasted', () => {
    expect(Object.keys(action.inputs)).toEqual(['scenario', 'baseline', 'args', 'comment']);
    expect(Object.keys(action.outputs)).toEqual(['verdict', 'folder']);
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      expect(step.shell).toBe('bash');
      expect(step.run).not.toContain('${{');
      expect(step).not.toHaveProperty('uses');
    }
    // The server under test is started by the gate, which must not have the token.
    const withToken = action.runs.steps.filter(({ env = {} }) =>
      Object.values(env).some((value) => value.includes('github.token')),
    );
    expect(withToken.map(({ run }) => /\bgate\b.*--baseline/.test(run))).toEqual([false]);
  });

  it(
    'passes an unchanged head with a comment, and changes that comment when a tool is added where none may be',
    async () => {
      const api = await stubGithub();
      const repo = repository();
      repo.git('checkout', '--quiet', '-b', 'change');
      repo.commit([]);
      repo.git('checkout', '--quiet', 'main');
      const event = join(temporaryFolder(), 'event.json');
      writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
      const inputs = { scenario: 'load/orders.yaml', args: '--wait-quiet 0 --label star=*' };
      const env = () => ({
        GITHUB_SHA: mergeOf(repo),
        GITHUB_WORKSPACE: repo.dir,
        GITHUB_BASE_REF: 'main',
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event,
        GITHUB_REPOSITORY: 'acme/orders',
        GITHUB_API_URL: api.url,
      });
      const base = repo.git('rev-parse', 'main');
      const unchanged = await runAction(repo.dir, inputs, env());
      expect(unchanged.code, unchanged.said).toBe(0);
      expect(unchanged.outputs).toMatchObject({ verdict: 'pass' });
      expect(unchanged.said).toContain(`baseline ${base}`.slice(0, 16));
      expect(existsSync(join(unchanged.outputs.folder as string, 'report.html'))).toBe(true);
      expect(api.comments).toHaveLength(1);
      expect(api.comments[0]?.body).toMatch(/^<!-- plimsoll:orders -->\n## ✅ pass: orders/);
      expect(api.comments[0]?.body.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(13);
      // Nothing of it is left in the checkout.
      expect(repo.git('status', '--porcelain')).toBe('');
      expect(repo.git('worktree', 'list').split('\n')).toHaveLength(1);

      repo.git('checkout', '--quiet', 'change');
      repo.commit(['--extra-tool', 'whisper']);
      const changed = await runAction(repo.dir, inputs, env());
      expect(changed.code, changed.said).toBe(4);
      expect(changed.outputs).toMatchObject({ verdict: 'fail' });
      expect(changed.said).toContain('::error file=load/orders.yaml,title=plimsoll fail%3A orders::');
      expect(api.comments).toHaveLength(1);
      expect(api.comments[0]?.body).toMatch(/^<!-- plimsoll:orders -->\n## ❌ fail: orders/);
      expect(changed.said).not.toContain(RIGHT_TOKEN);
    },
    LONG_MS,
  );

  it('keeps the verdict of the gate when the API for its comment is down', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'summary.md'), '## fail: orders\n');
    writeFileSync(join(folder, 'result.json'), JSON.stringify({ run: { scenario: 'orders' } }));
    const [, , comment, end] = action.runs.steps;
    const event = join(temporaryFolder(), 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    const said = await shell(comment?.run ?? '', ['-e', '-o', 'pipefail'], folder, {
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: `http://127.0.0.1:${await freePort()}`,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: event,
      GITHUB_REPOSITORY: 'acme/orders',
      GITHUB_TOKEN: RIGHT_TOKEN,
      COMMENT: 'true',
      FOLDER: folder,
      PLIMSOLL: bin,
    });
    expect(said).toMatchObject({ code: 0, said: expect.stringMatching(/^::warning .*no comment: .*ECONNREFUSED/m) });
    expect(await shell(end?.run ?? '', ['-e'], folder, { CODE: '4' })).toMatchObject({ code: 4 });
  });

  it('finds the base: of a merge, of a head that is checked out instead, of a push, and not in a shallow checkout', async () => {
    const repo = repository();
    const first = repo.git('rev-parse', 'HEAD');
    repo.git('checkout', '--quiet', '-b', 'change');
    repo.commit(['--a']);
    const head = repo.git('rev-parse', 'HEAD');
    repo.git('checkout', '--quiet', 'main');
    writeFileSync(join(repo.dir, 'other.txt'), 'x');
    repo.git('add', '--all');
    repo.git('commit', '--quiet', '--message', 'Other');
    const main = repo.git('rev-parse', 'HEAD');
    repo.git('update-ref', 'refs/remotes/origin/main', main);
    const merge = mergeOf(repo);
    const [step] = action.runs.steps;
    const baseOf = async (cwd: string, env: Readonly<Record<string, string>>): Promise<Ended & { readonly output: string }> => {
      const output = join(temporaryFolder(), 'output');
      writeFileSync(output, '');
      const ended = await shell(step?.run ?? '', ['-e', '-o', 'pipefail'], cwd, { GITHUB_OUTPUT: output, BASELINE: '', ...env });
      return { ...ended, output: readFileSync(output, 'utf8').trim() };
    };
    const pull = { GITHUB_BASE_REF: 'main', GITHUB_SHA: merge };
    expect(await baseOf(repo.dir, pull)).toMatchObject({ code: 0, output: `baseline=git:${main}` });
    expect(await baseOf(repo.dir, { ...pull, BASELINE: 'git:v1' })).toMatchObject({ output: 'baseline=git:v1' });
    repo.git('checkout', '--quiet', '--detach', head);
    expect(await baseOf(repo.dir, pull)).toMatchObject({ output: `baseline=git:${first}` });
    expect(await baseOf(repo.dir, {})).toMatchObject({ output: `baseline=git:${first}` });
    repo.git('branch', 'merged', merge);
    const shallow = join(temporaryFolder(), 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', '--branch', 'merged', `file://${repo.dir}`, shallow]);
    const lost = await baseOf(shallow, pull);
    expect(lost).toMatchObject({ code: 5, output: '' });
    expect(lost.said.trim().split('\n')).toEqual([expect.stringMatching(/^::error .*fetch-depth: 0\.$/)]);
  });
});

describe('ci/gitlab.yml', () => {
  const job = gitlab['.plimsoll-gate'];

  it('hands over JUnit, and the metrics that only some tiers show', () => {
    expect(job.artifacts.reports).toEqual({ junit: 'plimsoll-gate/junit.xml', metrics: 'plimsoll-gate/metrics.txt' });
    expect(job.variables.GIT_DEPTH).toBe('0');
  });

  it(
    'passes an unchanged head with a note, and writes the figures as metrics',
    async () => {
      const api = await stubGitlab({ login: 'load-bot' });
      const repo = repository();
      const base = repo.git('rev-parse', 'HEAD');
      repo.commit([]);
      const ended = await shell(job.script.join('\n'), ['-e', '-o', 'pipefail'], repo.dir, {
        ...job.variables,
        npm_config_cache: join(repo.dir, '.npm'),
        PLIMSOLL_SCENARIO: 'load/orders.yaml',
        PLIMSOLL_ARGS: '--wait-quiet 0',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
        CI_API_V4_URL: api.url,
        CI_PROJECT_ID: '12',
        CI_MERGE_REQUEST_IID: '7',
        PLIMSOLL_GITLAB_TOKEN: RIGHT_TOKEN,
      });
      expect(ended.code, ended.said).toBe(0);
      expect(api.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^<!-- plimsoll:orders -->\n## ✅ pass/)]);
      expect(readFileSync(join(repo.dir, 'plimsoll-gate', 'junit.xml'), 'utf8')).toContain('<testsuite');
      expect(readFileSync(join(repo.dir, 'plimsoll-gate', 'metrics.txt'), 'utf8')).toBe(
        'plimsoll_success{build="baseline",unit="ratio"} 1\nplimsoll_success{build="candidate",unit="ratio"} 1\n',
      );
    },
    LONG_MS,
  );
});
