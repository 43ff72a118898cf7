import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { commandEnvironment } from '../../scenario/command-environment.js';
import type { Watchdog } from '../../watchdog/watchdog.js';
import { FOLDER_PREFIX } from '../../watchdog/watchdog-order.js';

const run = promisify(execFile);
/** A build that says more than this is cut in the error that quotes it. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const BUILD_TIMEOUT_MS = 20 * 60_000;
const QUOTED_LINES = 5;

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
export async function checkOut(ref: string, beside: string, watchdog: Watchdog): Promise<CheckedOut> {
  const git = (...args: readonly string[]): Promise<string> =>
    run('git', ['-C', beside, ...args], { maxBuffer: MOST_OUTPUT }).then(({ stdout }) => stdout.trim());
  // A name that begins with a dash would be an option.
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(() => undefined);
  if (commit === undefined) throw await noSuchRevision(ref, git);
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}gate-`));
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
    await git('worktree', 'prune');
    await git('worktree', 'add', '--detach', '--force', folder, commit);
  } catch (error) {
    await remove();
    throw new PlimsollError(`git could not check ${ref} out: ${lastLines(error)}`, 'inconclusive');
  }
  return { folder, commit: commit.slice(0, 7), remove };
}

async function noSuchRevision(ref: string, git: (...args: readonly string[]) => Promise<string>): Promise<PlimsollError> {
  const shallow = await git('rev-parse', '--is-shallow-repository').catch(() => undefined);
  if (shallow === undefined) {
    return new PlimsollError(`git:${ref}: the scenario does not lie in a git repository`, 'usage', {
      hint: 'name a folder or a URL as the build instead',
    });
  }
  return new PlimsollError(`git:${ref}: there is no such revision here`, 'inconclusive', {
    hint:
      shallow === 'true'
        ? 'the checkout is shallow: in CI let the checkout fetch it (fetch-depth: 0), or run `git fetch --unshallow`'
        : 'is it fetched? `git fetch origin` brings branches and tags',
  });
}

/**
 * Runs the build command of a gate in a folder.
 * @param exitCode of the build: 5 for a baseline, 6 for a candidate
 * @throws PlimsollError when it fails or takes longer than 20 minutes, with its last lines.
 */
export async function buildIn(folder: string, command: readonly string[], exitCode: 5 | 6, signal: AbortSignal): Promise<void> {
  const [program = '', ...args] = command;
  try {
    await run(program, args, {
      cwd: folder,
      env: commandEnvironment(),
      maxBuffer: MOST_OUTPUT,
      timeout: BUILD_TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    throw new PlimsollError(`${command.join(' ')} failed in ${folder}: ${lastLines(error)}`, exitCode, {
      hint: 'gate.build is run there once, before the first start',
    });
  }
}

function lastLines(error: unknown): string {
  const { stderr, stdout, message } = error as { readonly stderr?: string; readonly stdout?: string; readonly message: string };
  const said = [stderr, stdout].find((text) => text !== undefined && text.trim() !== '');
  return said === undefined ? message : said.trim().split('\n').slice(-QUOTED_LINES).join(' | ');
}
