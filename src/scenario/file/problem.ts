import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { countText } from '../../text/count-text.js';

/** A place in a scenario file. Line and column count from 1; line 0 means that the place is a flag, not a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const formatPlace = ({ file, line, column }: Place): string => (line === 0 ? file : `${file}:${line}:${column}`);

/** One thing wrong with a scenario. */
export interface Problem {
  readonly place: Place;
  /** Dot path with list indexes, as `--set` takes it: `load.phases.1.rate`. Empty for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly accepted: string;
  readonly hint?: string;
}

/** `file:line:column  path  found ..., accepted: ... (hint)` on one line. */
const formatProblem = ({ place, path, found, accepted, hint }: Problem): string =>
  `${formatPlace(place)}  ${path === '' ? '(file)' : path}  found ${found}, accepted: ${accepted}${hint === undefined ? '' : ` (${hint})`}`;

const byPlace = (a: Problem, b: Problem): number =>
  a.place.file === b.place.file
    ? a.place.line - b.place.line || a.place.column - b.place.column
    : a.place.file < b.place.file
      ? -1
      : 1;

/** Everything wrong with a scenario, at once. Exit code 2. */
export class ScenarioProblems extends PlimsollError {
  readonly problems: readonly Problem[];

  constructor(fileName: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort(byPlace);
    const count = countText(sorted.length, 'problem');
    super([`${fileName}: ${count}`, ...sorted.map((problem) => `  ${formatProblem(problem)}`)], EXIT.usage);
    this.problems = sorted;
  }
}
