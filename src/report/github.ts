import type { Check } from '../result/verdict.js';
import { oneLine } from '../text/one-line.js';
import { verdictMeaning } from './exit-meaning.js';
import { renderMarkdown } from './markdown.js';
import type { ReportInput } from './report-input.js';

/** In all. GitHub keeps ten of each level of a step; more than ten of one run are read by nobody. */
const MOST = 10;

/** As the toolkit of GitHub escapes the text of a workflow command: otherwise a line break would begin another command. */
const commandText = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const commandProperty = (text: string): string => commandText(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

type Level = 'error' | 'warning' | 'notice';

const command = (level: Level, title: string, text: string, file?: string): string =>
  `::${level} ${file === undefined ? '' : `file=${commandProperty(oneLine(file, 1000))},`}title=${commandProperty(oneLine(title, 200))}::${commandText(oneLine(text, 1000))}`;

/** A warning by itself, which no verdict has. */
export const githubWarning = (title: string, text: string): string => command('warning', title, text);

/** A doubt is no error: nothing was found wrong with the server. */
const LEVELS: Readonly<Partial<Record<Check['outcome'], Level>>> = { fail: 'error', invalid: 'warning', inconclusive: 'warning' };

/**
 * Workflow commands, one a line, for the log of a GitHub job: the verdict, then each limit that was missed, then each that could not be judged; ten
 * at most.
 * @param file path of the scenario from the root of the repository, where GitHub shows them
 */
export function renderGithubAnnotations(
  { analysis, verdict }: Pick<ReportInput, 'analysis' | 'verdict'>,
  file?: string,
): readonly string[] {
  const { scenario } = analysis.result.run;
  const head = command(
    verdict.outcome === 'pass' ? 'notice' : (LEVELS[verdict.outcome] ?? 'error'),
    `plimsoll ${verdict.outcome}: ${scenario}`,
    `${verdict.summary}. Exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}.`,
    file,
  );
  const lines = (['error', 'warning'] as const).flatMap((level) =>
    verdict.checks
      .filter(({ outcome }) => LEVELS[outcome] === level)
      .map(({ name, evidence }) => ({ level, line: command(level, name, evidence, file) })),
  );
  const room = MOST - 1;
  if (lines.length <= room) return [head, ...lines.map(({ line }) => line)];
  const left = lines.slice(room - 1);
  // Of the level of the worst that it leaves out.
  const more = command(left[0]?.level ?? 'warning', 'more checks', `${left.length} more are in report.html`, file);
  return [head, ...lines.slice(0, room - 1).map(({ line }) => line), more];
}

/** What the CLI appends to the file that GITHUB_STEP_SUMMARY names. GitHub takes at most 1 MiB of it; a summary stays far below. */
export const renderGithubSummary = (input: ReportInput): string => renderMarkdown(input);
