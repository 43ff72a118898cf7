import pc from 'picocolors';
import type { Figures } from '../result/call-figures.js';
import { answersText } from '../result/failure-words.js';
import type { FaultFinding } from '../result/fault-findings.js';
import type { Check, Outcome, Verdict } from '../result/verdict.js';
import { countText, rateText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';
import { briefCells, briefHeads } from './brief-cells.js';
import { checkLimitText, checkValueText, metricText } from './check-text.js';
import { afterText, failureLine, oneDurationLines } from './error-words.js';
import { verdictMeaning } from './exit-meaning.js';
import { machineWords } from './machine-words.js';
import type { ReportInput } from './report-input.js';
import { type ReportView, reportView } from './report-view.js';
import { sessionsText } from './session-words.js';

export interface TerminalOptions {
  /** False where the user or the terminal wants none (NO_COLOR, --no-color, a pipe). */
  readonly colours: boolean;
}

/** What the ends of every kind of run share on a terminal: the colours of outcomes, the line of the verdict, a table with a faint head. */
export function terminalPaint({ colours }: TerminalOptions) {
  const paint = pc.createColors(colours);
  const tones: Readonly<Record<Check['outcome'], (text: string) => string>> = {
    pass: paint.green,
    fail: paint.red,
    inconclusive: paint.yellow,
    invalid: paint.magenta,
    'not-applicable': paint.dim,
  };
  const verdictLine = ({ outcome, summary }: Pick<Verdict, 'outcome' | 'summary'>): string =>
    `${tones[outcome](paint.bold(`${SIGNS[outcome]} ${WORDS[outcome]}`))}  ${oneLine(summary, 400)}`;
  const table = (rows: readonly (readonly string[])[]): readonly string[] =>
    columns(rows).map((line, index) => (index === 0 ? paint.dim(line) : line));
  return { paint, tones, verdictLine, table };
}

export const SIGNS: Readonly<Record<Check['outcome'], string>> = {
  pass: '✓',
  fail: '✗',
  inconclusive: '?',
  invalid: '!',
  'not-applicable': '-',
};

/** Most rows of one kind: the summary stays on a screen, the report holds the rest. */
const MAX_ROWS = 8;

/** The end of `plimsoll run` on a terminal, line by line: verdict, why, the limits missed, figures per phase and tool, errors. */
export function renderTerminalSummary(input: ReportInput, options: TerminalOptions): readonly string[] {
  const view = reportView(input);
  const { paint, tones, verdictLine, table } = terminalPaint(options);
  const { verdict, result } = view;
  const open = verdict.checks.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  const passed = verdict.checks.filter(({ outcome }) => outcome === 'pass').length;
  const { generator, valid } = result.validity;
  const machine = machineWords(result, verdict);
  const phases = result.phases.filter(({ kind, counts }) => kind !== 'edge' || counts.offered > 0);
  const rows = [
    [
      '',
      'calls',
      ...briefHeads(view)
        .slice(1)
        .map((head) => head.toLowerCase()),
    ],
    ...limited(phases.map((phase) => figureRow(view, `${phase.name}${phase.kind === 'warm-up' ? ' (not judged)' : ''}`, phase))),
    ...(result.tools.length < 2 ? [] : [['']]),
    ...(result.tools.length < 2 ? [] : limited(result.tools.map((tool) => figureRow(view, tool.tool, tool)))),
    ...(result.tenants.length === 0 ? [] : [['']]),
    ...limited(result.tenants.map((tenant) => figureRow(view, `tenant ${tenant.tenant}`, tenant))),
  ];
  const hurt = (result.fairness?.neighbours ?? []).filter(({ outcome }) => outcome === 'hurt');
  const errors = [...result.errors].sort((a, b) => b.count - a.count);
  return [
    verdictLine(verdict),
    ...open.slice(0, MAX_ROWS).map((check) => `  ${tones[check.outcome](SIGNS[check.outcome])} ${checkLine(check, view)}`),
    ...(open.length > MAX_ROWS ? [paint.dim(`    and ${open.length - MAX_ROWS} more in the report`)] : []),
    ...(passed > 0 && open.length > 0 ? [`  ${paint.green(SIGNS.pass)} ${countText(passed, 'other check')} passed`] : []),
    '',
    ...table(rows),
    ...hurt
      .slice(0, MAX_ROWS)
      .map(({ tenant, loud, evidence }) =>
        oneLine(
          `  ${tenant} was hurt while ${loud.map((other) => `${other.tenant} went from ${rateText(other.fromPerS)} to ${rateText(other.toPerS)}`).join(', ')}: ${evidence}`,
          300,
        ),
      ),
    '',
    ...columns(
      errors
        .slice(0, MAX_ROWS)
        .map((error) => [error.class, countText(error.count, 'call'), answersText(error), afterText(error)]),
    ).map((line, index) => {
      const sample = errors[index]?.sample;
      return sample === undefined ? line : `${line}  ${paint.dim(oneLine(sample, 100))}`;
    }),
    ...(errors.length > MAX_ROWS
      ? [paint.dim(`  and ${countText(errors.length - MAX_ROWS, 'more class', 'more classes')} in the report`)]
      : []),
    ...(result.retried ?? []).slice(0, MAX_ROWS).map((retried) => `  tried again: ${failureLine(retried, 'attempt', 160)}`),
    ...oneDurationLines(result)
      .slice(0, MAX_ROWS)
      .map((line) => `  ${oneLine(line, 300)}`),
    ...(errors.length + (result.retried ?? []).length > 0 ? [''] : []),
    ...findingLines(view).map(({ level, line }) => `  ${tones[FINDING_TONES[level]](SIGNS[FINDING_TONES[level]])} ${line}`),
    ...(result.faults.length > 0 ? [''] : []),
    ...(result.sessions === undefined ? [] : [`  sessions: ${sessionsText(result.sessions)}`]),
    `  machine: ${{ quiet: paint.green, noisy: paint.yellow, unknown: paint.dim }[machine.state](machine.text)}${
      generator.latenessUs === undefined ? '' : ` (starts ${view.latency(generator.latenessUs, 'p99')} late at p99)`
    }`,
    ...(valid ? [] : result.validity.reasons.slice(0, MAX_ROWS).map((reason) => `    ${oneLine(reason, 300)}`)),
    ...(machine.unseen === undefined ? [] : [paint.dim(`    ${machine.unseen}`)]),
    ...(input.attempts ?? []).map(
      ({ outcome, summary, folder }, index) =>
        `  attempt ${index + 1}: ${tones[outcome](outcome === 'invalid' ? 'in doubt' : outcome)}  ${oneLine(summary, 200)}${folder === '.' ? '' : paint.dim(`  (${folder})`)}`,
    ),
    `  exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}`,
  ];
}

const FINDING_TONES = { problem: 'fail', good: 'pass', note: 'not-applicable' } as const;

/** What the faults showed; problems first, and no more than a screen holds. */
function findingLines({ result }: ReportView): readonly { readonly level: FaultFinding['level']; readonly line: string }[] {
  return result.faults
    .flatMap(({ recipe, dependency, findings }) =>
      findings.map(({ level, text }) => ({ level, line: oneLine(`${recipe} on ${dependency}: ${text}`, 320) })),
    )
    .slice(0, MAX_ROWS);
}

const WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
  invalid: 'INVALID',
};

function checkLine(check: Check, { analysis }: ReportView): string {
  if (check.limit === undefined) return oneLine(`${check.name}: ${check.evidence}`, 300);
  const measured = check.actual === undefined ? 'not measured' : checkValueText(check.actual, check.unit, analysis.timeoutMs);
  const source = check.source === 'baseline' ? 'baseline' : 'SLO';
  return oneLine(
    `${check.scope}: ${metricText(check.metric)} ${measured}, ${source} ${checkLimitText(check)}${check.outcome === 'inconclusive' || check.outcome === 'invalid' ? ` (${check.evidence})` : ''}`,
    300,
  );
}

const figureRow = (view: ReportView, name: string, figures: Figures): readonly string[] => [
  oneLine(name, 40),
  ...briefCells(view, figures),
];

const limited = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.length <= MAX_ROWS ? rows : [...rows.slice(0, MAX_ROWS), [`and ${rows.length - MAX_ROWS} more in the report`]];

/** Cells under each other: names at the left, figures at the right. A name that stands alone in its row widens no column. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length > 1) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
  }
  const pad = (cell: string, index: number): string => {
    const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - [...cell].length));
    return index === 0 ? cell + gap : gap + cell;
  };
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}
