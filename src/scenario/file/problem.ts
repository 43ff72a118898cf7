import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import type { Place, Problem } from '../../errors/problem.js';
import { countText } from '../../text/figure-text.js';

export type { Place, Problem } from '../../errors/problem.js';

/** What is found of a file that is missing. */
export const NO_SUCH_FILE = 'no such file';

const formatPlace = ({ file, line, column }: Place): string => (line === undefined ? file : `${file}:${line}:${column}`);

/** `file:line:column  path  found ..., accepted: ... (hint)` on one line. The file is left out where it is the one of the heading and has no lines. */
const formatProblem = ({ place, path, found, accepted, hint }: Problem, fileName: string): string => {
  if (found === NO_SUCH_FILE) return `${place.file}: ${found}`;
  return [
    ...(place.line === undefined && place.file === fileName ? [] : [formatPlace(place)]),
    path === '' ? '(file)' : path,
    `found ${found}, accepted: ${accepted}${hint === undefined ? '' : ` (${hint})`}`,
  ].join('  ');
};

const byPlace = (a: Problem, b: Problem): number =>
  a.place.file === b.place.file
    ? (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0)
    : a.place.file < b.place.file
      ? -1
      : 1;

/** Everything wrong with a scenario, at once. Exit code 2. */
export class ScenarioProblems extends PlimsollError {
  override readonly problems: readonly Problem[];

  constructor(
    readonly fileName: string,
    problems: readonly Problem[],
  ) {
    const sorted = [...problems].sort(byPlace);
    const count = countText(sorted.length, 'problem');
    super([`${fileName}: ${count}`, ...sorted.map((problem) => `  ${formatProblem(problem, fileName)}`)], EXIT.usage, {
      code: 'SCENARIO',
    });
    this.problems = sorted;
  }
}
