import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where the processes of a test run write down what they did again: the name of a file, handed down by the environment. */
const VARIABLE = 'PLIMSOLL_TEST_RERUNS';

/** Whole runs that a busy machine may have spoiled; with more of them the suite proves too little. */
export const MOST_RERUNS = 5;

/** Counts the runs that tests made again, or took for in doubt, because the machine was too busy. */
export class Reruns {
  readonly #file: string;

  constructor() {
    this.#file = join(mkdtempSync(join(tmpdir(), 'plimsoll-reruns-')), 'reruns.txt');
    process.env[VARIABLE] = this.#file;
  }

  /** What was noted since the making, one a line; the file goes. */
  end(): readonly string[] {
    const lines = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n').filter(Boolean) : [];
    rmSync(dirname(this.#file), { recursive: true, force: true });
    return lines;
  }
}

/** Notes a run that is made again, or taken for in doubt. @param test its name @param why what plimsoll said */
export function noteRerun(test: string, why: string): void {
  const file = process.env[VARIABLE];
  if (file !== undefined) appendFileSync(file, `${test}: ${why}`.replace(/\s+/g, ' ').concat('\n'));
}
