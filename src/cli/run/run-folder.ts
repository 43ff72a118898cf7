import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';

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

/**
 * Makes the folder of a run: `out` where given, else `reports/<scenario>/<run id>` below the working folder.
 * @throws PlimsollError with exit code 2 when `out` holds something already, 8 when it cannot be made.
 */
export function createRunFolder(options: {
  readonly out?: string | undefined;
  readonly scenario: string;
  readonly runId: string;
}): RunFolder {
  const dir = resolve(options.out ?? join('reports', options.scenario, options.runId));
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    throw new PlimsollError(`cannot make the run folder ${dir}: ${(cause as Error).message}`, EXIT.machine, {
      hint: 'name another place with --out',
      cause,
    });
  }
  if (readdirSync(dir).length > 0) {
    throw new PlimsollError(`the run folder ${dir} is not empty`, EXIT.usage, {
      hint: 'a run never writes over another: name an empty or new folder with --out',
    });
  }
  return runFolderAt(dir);
}
