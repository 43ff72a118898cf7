import { statSync } from 'node:fs';
import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { SavedBaseline } from '../../judge/baseline-schema.js';
import { predictedFigures } from '../../judge/predicted-limits.js';
import { limitsOf, loadBaseline, saveBaseline } from '../../judge/saved-baseline.js';
import { deriveResult } from '../../run/derive-result.js';
import { savedRunFolder } from '../../run/run-folder.js';
import type { Console } from '../console.js';
import { renderBaseline } from './baseline-text.js';

export interface BaselineArguments {
  readonly paths: readonly string[];
  readonly out?: string | undefined;
  readonly tolerance?: string | undefined;
  readonly json?: boolean | undefined;
}

/** `baseline save RUN... -o FILE`: from the journals of the runs; a file among them is a baseline that grows. @throws PlimsollError with exit code 2 for runs that cannot be a baseline. */
export function saveRuns(args: BaselineArguments, console: Console): ExitCode {
  if (args.out === undefined) throw new PlimsollError('baseline save needs -o FILE', 'usage');
  const tolerance = toleranceOf(args.tolerance);
  const files = args.paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  const kept = files.map(loadBaseline);
  const results = args.paths
    .filter((path) => !files.includes(path))
    .map((path) => deriveResult(savedRunFolder(path).journal).result);
  const saved = saveBaseline(args.out, results, { savedAt: new Date(), kept, ...(tolerance === undefined ? {} : { tolerance }) });
  tell(saved, args, console);
  console.err(`wrote ${args.out}; name it in a scenario as baseline: ${args.out}`);
  return EXIT.pass;
}

/** `baseline show FILE`. @throws PlimsollError with exit code 2 when it cannot be read. */
export function showBaseline(args: BaselineArguments, console: Console): ExitCode {
  const [path, ...more] = args.paths;
  if (path === undefined || more.length > 0) throw new PlimsollError('baseline show takes one file', 'usage');
  tell(loadBaseline(path), args, console);
  return EXIT.pass;
}

function tell(baseline: SavedBaseline, args: BaselineArguments, console: Console): void {
  const predicted = predictedFigures(baseline);
  if (args.json === true)
    console.json({ ...baseline, limits: limitsOf(baseline), ...(predicted === undefined ? {} : { predicted }) });
  else console.out(renderBaseline(baseline));
}

function toleranceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const tolerance = Number(text);
  if (!Number.isFinite(tolerance) || tolerance < 1) {
    throw new PlimsollError(`--tolerance ${text}: accepted: a number from 1 on; 1.5 lets a later run be 50 % worse`, 'usage');
  }
  return tolerance;
}
