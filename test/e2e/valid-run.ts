import { join } from 'node:path';
import type { Result } from '../../src/measure/result.js';
import { type Ended, plimsoll, type StartOptions, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';

const TRIES = 5;

export interface ValidRun extends Ended {
  readonly out: string;
  readonly result: Result;
}

/**
 * Runs a scenario until plimsoll itself says that the run can be trusted. Tests share their machine with whatever else runs on it, and a run
 * that was starved of CPU says so and proves nothing either way: it is made again, a few times.
 * @throws Error with what the last run said when none was valid.
 */
export async function validRun(scenario: string, flags: readonly string[] = [], options: StartOptions = {}): Promise<ValidRun> {
  let said = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const out = join(temporaryFolder(), 'run');
    const ended = await plimsoll(['run', scenario, '--out', out, ...flags], options);
    if (ended.code === 1 || ended.code === 2 || ended.code === 6)
      throw new Error(`exit ${ended.code}:\n${ended.stderr}\n${ended.stdout}`);
    const result = resultIn(out);
    if (result.validity.valid) return { ...ended, out, result };
    said = result.validity.reasons.join('; ');
    await new Promise((resolve) => setTimeout(resolve, 1000 * (tries + 1)));
  }
  throw new Error(`${TRIES} runs were all invalid on this machine: ${said}`);
}
