import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { isAlive } from '../../watchdog/stop-process.js';
import type { Watchdog } from '../../watchdog/watchdog.js';
import { FOLDER_PREFIX } from '../../watchdog/watchdog-order.js';
import { lastLines } from './last-lines.js';

const run = promisify(execFile);
/** A list of files, for instance. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What the folder of a checkout is called, before the process that made it. */
const NAME = `${FOLDER_PREFIX}gate-`;

/** A revision in a folder of its own. */
export interface CheckedOut {
  readonly folder: string;
  /** Short name of its commit. */
  readonly commit: string;
  /** Takes the folder away again. Idempotent, never rejects. */
  remove(): Promise<void>;
}

/**
 * Checks a revision out into a folder of its own beside the working copy, which is not touched; the watchdog removes it should we die. Submodules and
 * large files that live elsewhere are not fetched.
 * @param beside a folder of the repository
 * @throws PlimsollError with exit code 5 when there is no such revision: nothing can be said about the candidate then.
 */
export async function checkOut(
  ref: string,
  beside: string,
  watchdog: Pick<Watchdog, 'guardFolder' | 'release'>,
): Promise<CheckedOut> {
  const git = (...args: readonly string[]): Promise<string> =>
    run('git', ['-C', beside, ...args], { maxBuffer: MOST_OUTPUT }).then(({ stdout }) => stdout.trim());
  // A name that begins with a dash would be an option.
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(() => undefined);
  if (commit === undefined) throw await noSuchRevision(ref, git);
  const folder = mkdtempSync(join(tmpdir(), `${NAME}${process.pid}-`));
  watchdog.guardFolder(folder);
  let removed: Promise<void> | undefined;
  const remove = (): Promise<void> => {
    removed ??= (async () => {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      await git('worktree', 'prune').catch(() => undefined);
      watchdog.release({ folder });
    })();
    return removed;
  };
  try {
    await removeLeftovers(git);
    await git('worktree', 'add', '--detach', '--force', folder, commit);
  } catch (error) {
    await remove();
    throw new PlimsollError(`git could not check ${ref} out: ${wordsOf(error)}`, 'inconclusive');
  }
  return { folder, commit: commit.slice(0, 7), remove };
}

/**
 * Takes away what gates that are gone left in this repository: the names of folders that their watchdog removed, and folders where the watchdog was
 * killed too. A gate that still runs keeps its own.
 */
async function removeLeftovers(git: (...args: readonly string[]) => Promise<string>): Promise<void> {
  const temporary = realpathSync(tmpdir());
  for (const line of (await git('worktree', 'list', '--porcelain')).split('\n')) {
    const path = line.replace(/^worktree /, '');
    const made = basename(path).startsWith(NAME) ? Number(/^\d+/.exec(basename(path).slice(NAME.length))?.[0]) : Number.NaN;
    if (path === line || Number.isNaN(made) || isAlive(made) || !existsSync(path)) continue;
    if (realpathSync(dirname(path)) === temporary) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
  await git('worktree', 'prune');
}

const wordsOf = (error: unknown): string => {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  return lastLines(stderr) ?? message;
};

async function noSuchRevision(ref: string, git: (...args: readonly string[]) => Promise<string>): Promise<PlimsollError> {
  const shallow = await git('rev-parse', '--is-shallow-repository').catch(() => undefined);
  if (shallow === undefined) {
    return new PlimsollError(`git:${ref}: the scenario does not lie in a git repository`, 'usage', {
      hint: 'name a folder or a URL as the build instead',
    });
  }
  return new PlimsollError(`git:${ref}: no such revision here`, 'inconclusive', {
    hint:
      shallow === 'true'
        ? 'the checkout is shallow: in CI let the checkout fetch it (fetch-depth: 0), or run `git fetch --unshallow`'
        : 'is it fetched? `git fetch origin` brings branches and tags',
  });
}
