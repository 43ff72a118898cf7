import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../../src/errors/exit-codes.js';
import { checkOut } from '../../../src/run/gate/checked-out.js';
import { type BuildOrder, prepareBuilds } from '../../../src/run/gate/prepare-builds.js';
import { scratchFolder } from '../../fixtures/scratch-folder.js';
import { minimal, parse } from '../../scenario/minimal.js';

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'commit.gpgsign=false', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** A repository of two commits, the first of them tagged `base`. */
function repository(): string {
  const folder = join(scratchFolder('prepare'), 'repo');
  mkdirSync(folder);
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  for (const text of ['one', 'two']) {
    writeFileSync(join(folder, 'file.txt'), text);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '-m', text);
    if (text === 'one') git(folder, 'tag', 'base');
  }
  return folder;
}

/** Checkouts beside the working copy, whether or not their folder is there. */
const checkouts = (repo: string): readonly string[] =>
  git(repo, 'worktree', 'list', '--porcelain')
    .split('\n')
    .flatMap((line) => (line.startsWith('worktree ') ? [line.slice('worktree '.length)] : []))
    .filter((path) => realpathSync(repo) !== (existsSync(path) ? realpathSync(path) : path));

/** Guards nothing: what it would do after a kill, the tests do. */
const NO_WATCHDOG = { guardFolder: () => {}, release: () => {} };

describe('a revision that is checked out', () => {
  it('is beside the working copy until it is removed', async () => {
    const repo = repository();
    const out = await checkOut('base', repo, NO_WATCHDOG);
    expect(readdirSync(out.folder)).toContain('file.txt');
    expect(git(repo, 'rev-parse', 'base')).toContain(out.commit);
    expect(checkouts(repo)).toHaveLength(1);
    expect(git(repo, 'status', '--porcelain')).toBe('');
    await out.remove();
    await out.remove();
    expect(checkouts(repo)).toEqual([]);
    expect(existsSync(out.folder)).toBe(false);
  });

  it('takes with it what gates left that were killed, and nothing of those that run', async () => {
    const repo = repository();
    // Killed: its watchdog removed the folder, git still has its name.
    const killed = await checkOut('base', repo, NO_WATCHDOG);
    rmSync(killed.folder, { recursive: true });
    // Killed with its watchdog: the folder is there, the process that its name holds is not.
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const left = join(tmpdir(), `plimsoll-gate-${pid}-left${process.pid}`);
    onTestFinished(() => rmSync(left, { recursive: true, force: true }));
    git(repo, 'worktree', 'add', '--quiet', '--detach', left, 'base');
    // Somebody's own.
    const own = join(scratchFolder('own'), `plimsoll-gate-${pid}-own`);
    git(repo, 'worktree', 'add', '--quiet', '--detach', own, 'base');
    const running = await checkOut('base', repo, NO_WATCHDOG);
    expect(
      checkouts(repo)
        .map((path) => basename(path))
        .sort(),
    ).toEqual([basename(own), basename(running.folder)].sort());
    expect(existsSync(left)).toBe(false);
    const next = await checkOut('main', repo, NO_WATCHDOG);
    expect(existsSync(running.folder)).toBe(true);
    expect(checkouts(repo)).toHaveLength(3);
    await Promise.all([running.remove(), next.remove()]);
    expect(checkouts(repo).map((path) => basename(path))).toEqual([basename(own)]);
  });

  it('that is not there is told with what brings it', async () => {
    const repo = repository();
    const missing = (folder: string) => checkOut('no-such', folder, NO_WATCHDOG);
    await expect(missing(repo)).rejects.toMatchObject({
      exitCode: EXIT.inconclusive,
      details: { hint: expect.stringContaining('git fetch origin') },
    });
    const shallow = join(scratchFolder('shallow'), 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${repo}`, shallow]);
    await expect(missing(shallow)).rejects.toMatchObject({
      exitCode: EXIT.inconclusive,
      details: { hint: expect.stringContaining('fetch-depth: 0') },
    });
    await expect(missing(scratchFolder('bare'))).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining('does not lie in a git repository'),
    });
  });
});

describe('prepareBuilds', () => {
  const prepare = (
    repo: string,
    build: readonly string[],
    change: { readonly stop?: AbortSignal; readonly ref?: string } = {},
  ) => {
    const loaded = parse(minimal({ target: '{ url: "http://127.0.0.1:1/mcp", server: { command: [node, server.js] } }' }), {
      files: { read: () => '', exists: () => true },
    });
    const order: BuildOrder = {
      build,
      baseline: { kind: 'git', ref: change.ref ?? 'base' },
      candidate: { kind: 'folder', folder: repo },
    };
    const signal = change.stop ?? new AbortController().signal;
    return prepareBuilds({ ...loaded, path: join(repo, 's.yaml') }, order, { onStep: () => {}, signal });
  };
  /** A build that fails where the file holds a word. */
  const failsOn = (word: string): readonly string[] => [
    process.execPath,
    '-e',
    `if (require('node:fs').readFileSync('file.txt', 'utf8') === '${word}') throw new Error('no ' + '${word}')`,
  ];

  it('says which build failed, and leaves no checkout: exit 5 for the baseline, 6 for the candidate', async () => {
    const repo = repository();
    await expect(prepare(repo, failsOn('one'))).rejects.toMatchObject({ exitCode: EXIT.inconclusive });
    expect(checkouts(repo)).toEqual([]);
    await expect(prepare(repo, failsOn('two'))).rejects.toMatchObject({ exitCode: EXIT.target });
    expect(checkouts(repo)).toEqual([]);
    const prepared = await prepare(repo, failsOn('three'));
    expect(checkouts(repo)).toHaveLength(1);
    expect(prepared.labels).toEqual({ baseline: expect.stringMatching(/^base \([0-9a-f]{7}\)$/), candidate: repo });
    await prepared.close();
    expect(checkouts(repo)).toEqual([]);
  });

  it('calls a commit by its short name', async () => {
    const repo = repository();
    const commit = git(repo, 'rev-parse', 'base');
    const prepared = await prepare(repo, failsOn('three'), { ref: commit });
    expect(prepared.labels.baseline).toBe(commit.slice(0, 7));
    await prepared.close();
  });

  it('leaves no checkout when it is stopped in a build: exit 130', async () => {
    const repo = repository();
    const stop = new AbortController();
    const preparing = prepare(repo, [process.execPath, '-e', 'setInterval(() => {}, 1000)'], { stop: stop.signal });
    const ended = preparing.then(
      () => undefined,
      (error: unknown) => error,
    );
    await expect.poll(() => checkouts(repo).length, { timeout: 30_000 }).toBe(1);
    stop.abort('interrupted');
    expect(await ended).toMatchObject({ exitCode: EXIT.interrupted });
    expect(checkouts(repo)).toEqual([]);
  });
});
