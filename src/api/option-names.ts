import { PlimsollError } from '../errors/plimsoll-error.js';
import { ScenarioProblems } from '../scenario/file/problem.js';

/** What a program writes where the command line has a flag: errors come from code that both share, and name the flag. */
const OPTIONS: readonly (readonly [flag: RegExp, option: string])[] = [
  [/--toxiproxy or TOXIPROXY_URL, or leave both out/g, 'the variable TOXIPROXY_URL, or leave that out'],
  [/--under none --under (\S+)/g, "capacity.under: ['none', '$1']"],
  [/--under none/g, "'none' to capacity.under"],
  [/--peak 1000\/s/g, "peak: '1000/s'"],
  [/--measured\.confirmed 100\/s/g, "measured: { confirmed: '100/s' }"],
  [/--recovery-search\b/g, 'recoverySearch'],
  [/--baseline\b/g, '`baseline`'],
  [/--candidate\b/g, '`candidate`'],
  [/--self\b/g, '`self`'],
  [/--out\b/g, '`out`'],
  [/--set\b/g, 'set'],
  [/--env\b/g, 'env'],
];

const inOptions = (text: string): string => OPTIONS.reduce((said, [flag, option]) => said.replace(flag, option), text);

/**
 * The error as a program reads it: with the options of the API in place of the flags of the command line. What a file is said to hold stays as
 * it is. Pure.
 */
export function withOptionNames(error: PlimsollError): PlimsollError {
  if (error instanceof ScenarioProblems) return problemsOf(error);
  const { message, details, exitCode, code } = error;
  const hint = details.hint === undefined ? undefined : inOptions(details.hint);
  const said = inOptions(message);
  if (said === message && hint === details.hint) return error;
  return new PlimsollError(said.split('\n'), exitCode, { code, hint: hint?.split('\n'), cause: details.cause });
}

/** An override has its place where it was given. */
function problemsOf(error: ScenarioProblems): ScenarioProblems {
  if (!error.problems.some(({ place }) => place.file.startsWith('--set '))) return error;
  const problems = error.problems.map((problem) => ({
    ...problem,
    place: { ...problem.place, file: problem.place.file.replace(/^--set /, 'set ') },
  }));
  return new ScenarioProblems(error.fileName, problems);
}
