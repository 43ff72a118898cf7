import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { type Ended, plimsoll, type StartOptions, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';

const TRIES = 5;

/** A run that has a report. */
export interface ReportedRun extends Ended {
  readonly out: string;
  readonly result: Result;
}

/** A scenario, or what makes one with a server of its own for each try. */
type ScenarioSource = string | (() => Promise<string>);

/**
 * Runs a scenario until plimsoll itself says that the run can be trusted. Tests share their machine with whatever else runs on it, and a run
 * that was starved of CPU says so and proves nothing either way: it is made again, a few times.
 * @throws Error with what the last run said when none was valid.
 */
export async function validRun(
  source: ScenarioSource,
  flags: readonly string[] = [],
  options: StartOptions = {},
): Promise<ReportedRun> {
  let said = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const run = await anyRun(typeof source === 'string' ? source : await source(), flags, options);
    if (run.result.validity.valid) return run;
    said = run.result.validity.reasons.join('; ');
    await new Promise((resolve) => setTimeout(resolve, 1000 * (tries + 1)));
  }
  throw new Error(`${TRIES} runs were all invalid on this machine: ${said}`);
}

/** Runs a scenario that has a report at its end, whatever the verdict. */
export async function anyRun(scenario: string, flags: readonly string[] = [], options: StartOptions = {}): Promise<ReportedRun> {
  const out = join(temporaryFolder(), 'run');
  const ended = await plimsoll(['run', scenario, '--out', out, ...flags], options);
  if (!existsSync(join(out, 'result.json'))) throw new Error(`exit ${ended.code}, no result:\n${ended.stderr}\n${ended.stdout}`);
  return { ...ended, out, result: resultIn(out) };
}

/**
 * For tests that are not about time: every call was fine, so the run passed, or this machine was too busy for it to say so.
 */
export function expectPassUnlessBusy({ code, result, stdout, stderr }: ReportedRun): void {
  expect(code, `${stderr}\n${stdout}`).toBe(result.validity.valid ? 0 : 5);
  expect(result.verdict.outcome).toBe(result.validity.valid ? 'pass' : 'invalid');
}
