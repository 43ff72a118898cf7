import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { readIntent } from '../faults/intent-file.js';

/** Files of a run folder, as absolute paths. */
export interface RunFolder {
  readonly dir: string;
  readonly scenario: string;
  readonly journal: string;
  readonly serverLog: string;
  /** What the fault agent did, or was about to do, at the proxies. */
  readonly faults: string;
  readonly result: string;
  readonly latency: string;
  readonly html: string;
  readonly junit: string;
  readonly summary: string;
  /** Only of a capacity search that was sized. */
  readonly kubernetes: string;
}

/** A run folder that was made for a run. */
export interface MadeRunFolder extends RunFolder {
  /** The outermost folder that had to be made for it; undefined where it stood already. */
  readonly made: string | undefined;
}

/** `20261121T052257Z-k3f9qa`: sorts by time, and two runs of one second still differ. */
export function newRunId(now: Date): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  return `${time}-${randomBytes(4).toString('hex').slice(0, 6)}`;
}

export function runFolderAt(dir: string): RunFolder {
  const at = (name: string) => join(dir, name);
  return {
    dir,
    scenario: at('scenario.yaml'),
    journal: at('journal.ndjson'),
    serverLog: at('server.log'),
    faults: at('faults.json'),
    result: at('result.json'),
    latency: at('latency.hlog'),
    html: at('report.html'),
    junit: at('junit.xml'),
    summary: at('summary.md'),
    kubernetes: at('capacity.k8s.yaml'),
  };
}

/** Whether a name in a run folder is that of the folder of an earlier attempt. */
export const isAttemptFolder = (name: string): boolean => /^attempt-\d+$/.test(name);

/** Where the run folders of a scenario are, unless somebody names another place: below the working folder. */
export const scenarioFolder = (scenario: string): string => join('reports', scenario);

/**
 * Makes the folder of a run: `out` where given, else `reports/<scenario>/<run id>` below the working folder.
 * @throws PlimsollError with exit code 2 when `out` holds something already, 8 when it cannot be made.
 */
export function createRunFolder(options: {
  readonly out?: string | undefined;
  readonly scenario: string;
  readonly runId: string;
  /** Earlier attempts of the same run may be in it. */
  readonly again?: boolean;
}): MadeRunFolder {
  const dir = resolve(options.out ?? join(scenarioFolder(options.scenario), options.runId));
  let made: string | undefined;
  try {
    made = mkdirSync(dir, { recursive: true });
  } catch (cause) {
    throw new PlimsollError(`cannot make the run folder ${dir}: ${(cause as Error).message}`, 'machine', {
      hint: 'name another place with --out',
      cause,
    });
  }
  if (readdirSync(dir).some((name) => options.again !== true || !isAttemptFolder(name))) {
    throw new PlimsollError(`the run folder ${dir} is not empty`, 'usage', {
      hint: 'a run never writes over another: name an empty or new folder with --out',
    });
  }
  return { ...runFolderAt(dir), made };
}

/**
 * Takes away the folder of a run that came to no load, with the folders above it that were made for it: such a run leaves nothing to report.
 * It stays where the server printed something, which may say why, and where faults are left, which its record can still take back.
 */
export function discardRunFolder({ dir, serverLog, faults, made }: MadeRunFolder): void {
  if (existsSync(serverLog) && statSync(serverLog).size > 0) return;
  if (existsSync(faults) && !isClean(faults)) return;
  for (const name of readdirSync(dir)) if (!isAttemptFolder(name)) rmSync(join(dir, name), { recursive: true, force: true });
  if (made === undefined) return;
  try {
    for (let folder = dir; folder.length >= made.length; folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // Another run has put something there meanwhile.
  }
}

function isClean(faults: string): boolean {
  try {
    return readIntent(faults).clean;
  } catch {
    return false;
  }
}

/** The folder of a run that was made earlier. @throws PlimsollError with exit code 2 for a path that is none. */
export function savedRunFolder(path: string): RunFolder {
  const dir = resolve(path);
  const folder = runFolderAt(dir);
  if (existsSync(folder.journal)) return folder;
  const kind = statSync(dir, { throwIfNoEntry: false });
  const found =
    kind === undefined
      ? 'no such folder'
      : kind.isDirectory()
        ? 'a folder without a journal.ndjson'
        : 'a file, not the folder of a run';
  throw new PlimsollError(`${path}: ${found}`, 'usage', {
    hint: 'name a run folder, for instance reports/first-run/20260101T120000Z-abc123',
  });
}
