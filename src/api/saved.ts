import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { type Result, readableResult } from '../result/result.js';
import { finishRun } from '../run/finish-run.js';
import { runFolderAt, savedRunFolder } from '../run/run-folder.js';
import { givenSettings } from '../run/size/given-settings.js';
import { savedSearch, searchOfResult } from '../run/size/saved-search.js';
import { sizeAgain } from '../run/size/size-again.js';
import { objectTree } from '../scenario/file/object-tree.js';
import { errorFor, outcomeOf, type RunOutcome } from './outcome.js';
import type { Scenario } from './scenario.js';

export function savedResult(path: string): Result {
  const full = resolve(path);
  const isFolder = statSync(full, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? runFolderAt(full).result : full;
  if (!existsSync(file)) {
    const broken = isFolder && existsSync(runFolderAt(full).journal);
    throw new PlimsollError(
      `${path}: ${isFolder ? 'a folder without a result.json' : 'no such run folder or result.json'}`,
      'usage',
      { hint: broken ? 'its run was cut short: writeReports makes the result from its journal' : undefined },
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw errorFor(cause);
    throw new PlimsollError(`${path} is not JSON: ${cause.message}`, 'usage', { cause });
  }
  const read = readableResult(content);
  if (read.result !== undefined) return read.result;
  throw new PlimsollError(`${path} is no result of this version of plimsoll: ${read.problem}`, 'usage', {
    hint: 'writeReports makes the result again from the journal of its run folder',
  });
}

export async function reportsAgain(folder: string): Promise<RunOutcome> {
  try {
    return outcomeOf(await finishRun(savedRunFolder(folder)));
  } catch (error) {
    throw errorFor(error);
  }
}

/** The instances that a plan takes, with every input and where it comes from: `capacity.sizing` of a result. */
export type Sizing = NonNullable<NonNullable<Result['capacity']>['sizing']>;

/** Inputs of a sizing: keys of `capacity` of a scenario, such as `{ peak: '2000/s', survive: { zones: 1 } }`. */
export type SizingPlan = Omit<NonNullable<Scenario['capacity']>, 'under' | 'budget' | 'start'>;

export function sizeSaved(search: string | Result, plan: SizingPlan): Sizing {
  try {
    const saved = typeof search === 'string' ? savedSearch(search) : searchOfResult(search, 'the result');
    return sizeAgain(saved, givenSettings(saved.scenario.capacity, objectTree({ capacity: plan }, 'size')));
  } catch (error) {
    throw errorFor(error);
  }
}
