import type { Check } from '../result/verdict.js';
import { oneLine } from '../text/one-line.js';
import { verdictMeaning } from './exit-meaning.js';
import { renderMarkdown } from './markdown.js';
import type { ReportInput } from './report-input.js';

/** GitHub keeps ten annotations of each level of a step. */
const MAX_PER_LEVEL = 10;

/** As the toolkit of GitHub escapes the text of a workflow command: otherwise a line break would begin another command. */
const commandText = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const commandProperty = (text: string): string => commandText(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

type Level = 'error' | 'warning' | 'notice';

const command = (level: Level, title: string, text: string): string =>
  `::${level} title=${commandProperty(oneLine(title, 200))}::${commandText(oneLine(text, 1000))}`;

/** A warning by itself, which no verdict has. */
export const githubWarning = (title: string, text: string): string => command('warning', title, text);

/** A doubt is no error: nothing was found wrong with the server. */
const LEVELS: Readonly<Partial<Record<Check['outcome'], Level>>> = { fail: 'error', invalid: 'warning', inconclusive: 'warning' };

/** Workflow commands, one a line, for the log of a GitHub job: the verdict, then each limit that was missed or could not be judged. */
export function renderGithubAnnotations({ analysis, verdict }: Pick<ReportInput, 'analysis' | 'verdict'>): readonly string[] {
  const { scenario } = analysis.result.run;
  const verdictLevel: Level = verdict.outcome === 'pass' ? 'notice' : (LEVELS[verdict.outcome] ?? 'error');
  const lines = [
    command(
      verdictLevel,
      `plimsoll ${verdict.outcome}: ${scenario}`,
      `${verdict.summary}. Exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}.`,
    ),
  ];
  for (const level of ['error', 'warning'] as const) {
    const checks = verdict.checks.filter(({ outcome }) => LEVELS[outcome] === level);
    const room = MAX_PER_LEVEL - (level === verdictLevel ? 1 : 0);
    const shown = checks.length > room ? checks.slice(0, room - 1) : checks;
    lines.push(...shown.map(({ name, evidence }) => command(level, name, evidence)));
    if (checks.length > shown.length)
      lines.push(command(level, 'more checks', `${checks.length - shown.length} more are in report.html`));
  }
  return lines;
}

/** What the CLI appends to the file that GITHUB_STEP_SUMMARY names. GitHub takes at most 1 MiB of it; a summary stays far below. */
export const renderGithubSummary = (input: ReportInput): string => renderMarkdown(input);
