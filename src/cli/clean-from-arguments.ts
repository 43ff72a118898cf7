import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { cleanFaults } from '../faults/clean-faults.js';
import { runFolderAt } from '../run/run-folder.js';
import { countText } from '../text/figure-text.js';
import type { Console } from './console.js';

/** `faults clean [RUN]`: one run, or every run below reports/. @throws PlimsollError: 2 without a record, 7 when something stayed. */
export async function cleanFromArguments(run: string | undefined, console: Console, json: boolean): Promise<ExitCode> {
  const records = run === undefined ? allRecords() : [recordOf(run)];
  const done: string[] = [];
  for (const record of records) done.push(...(await cleanFaults(record)));
  if (json) console.json({ records, done });
  else console.out(done.length === 0 ? `nothing was left over (${countText(records.length, 'fault record')} checked)` : done);
  return EXIT.pass;
}

function recordOf(run: string): string {
  const { faults } = runFolderAt(resolve(run));
  if (existsSync(faults)) return faults;
  throw new PlimsollError(`${run} has no faults.json: that run had no faults, or this is not a run folder`, 'usage', {
    hint: 'name a run folder, or none at all to look through reports/',
  });
}

function allRecords(): readonly string[] {
  const below = (folder: string): readonly string[] =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []))
      : [];
  return below(resolve('reports'))
    .flatMap(below)
    .map((dir) => runFolderAt(dir).faults)
    .filter((file) => existsSync(file));
}
