import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { noteRerun } from '../reruns.js';
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
 * Runs a scenario until its outcome is not in doubt; beside a certain miss something else may be. Tests share their machine with whatever else runs on it; a run that was disturbed says so and why, and
 * is made again a few times, after waiting for quiet. Each of these is counted at the end of the tests.
 * @throws Error with what the last run said when none was decided; at once when one was in doubt though nothing was seen of the machine.
 */
export async function validRun(
  source: ScenarioSource,
  flags: readonly string[] = [],
  options: StartOptions = {},
): Promise<ReportedRun> {
  const run = await decidedRun(source, flags, options);
  if (run.result.verdict.outcome !== 'invalid') return run;
  throw new Error(`${TRIES} runs were all in doubt on this machine: ${whyInDoubt(run.result)}`);
}

/** The same, but where all runs were in doubt it gives the last one: of it a test may ask what no doubt touches. */
export async function decidedRun(
  source: ScenarioSource,
  flags: readonly string[] = [],
  options: StartOptions = {},
  most = TRIES,
): Promise<ReportedRun> {
  for (let tries = 1; ; tries += 1) {
    const wait = tries === 1 ? [] : ['--wait-quiet', '10s'];
    const run = await anyRun(typeof source === 'string' ? source : await source(), [...flags, ...wait], options);
    if (run.result.verdict.outcome !== 'invalid') return run;
    noteDoubt(run.result);
    if (tries === most) return run;
  }
}

/** Runs a scenario that has a report at its end, whatever the verdict. */
export async function anyRun(scenario: string, flags: readonly string[] = [], options: StartOptions = {}): Promise<ReportedRun> {
  const out = join(temporaryFolder(), 'run');
  const ended = await plimsoll(['run', scenario, '--out', out, ...flags], options);
  if (!existsSync(join(out, 'result.json'))) throw new Error(`exit ${ended.code}, no result:\n${ended.stderr}\n${ended.stdout}`);
  return { ...ended, out, result: resultIn(out) };
}

/**
 * That a run ended with one of these codes (5: too few calls), or that this machine was too busy for it to say so: then the doubt has to have a cause that was seen,
 * nothing may be wrong for certain, and it is counted at the end of the tests.
 */
export function expectExitUnlessInDoubt(result: Result, code: number | string, accepted: readonly number[], said = ''): void {
  const { verdict } = result;
  if (code !== 5 || verdict.outcome !== 'invalid') {
    expect(accepted, said).toContain(code);
    return;
  }
  whyInDoubt(result);
  expect(verdict.checks.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  noteDoubt(result);
}

/** For tests that are not about time: every call was fine, so the run passed. */
export const expectPassUnlessBusy = ({ code, result, stdout, stderr }: ReportedRun): void =>
  expectExitUnlessInDoubt(result, code, [0], `${stderr}\n${stdout}`);

/** What was seen of the machine. @throws Error where nothing was: such a doubt is a fault of plimsoll. */
function whyInDoubt({ validity, verdict }: Result): string {
  const { disturbed, reasons } = validity;
  if (disturbed.causes.length === 0 && validity.generator.droppedByGenerator === 0)
    throw new Error(`in doubt on a machine that was quiet: ${verdict.summary}; ${reasons.join('; ')}`);
  return reasons.join('; ') || verdict.summary;
}

const noteDoubt = (result: Result): void =>
  noteRerun(expect.getState().currentTestName ?? result.run.scenario, `${result.verdict.summary}; ${whyInDoubt(result)}`);
