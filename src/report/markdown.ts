import type { Figures } from '../result/call-figures.js';
import type { Check } from '../result/verdict.js';
import { countText, numberText, rateText, spanText } from '../text/figure-text.js';
import { briefFigures } from './brief-cells.js';
import { checkLimitText, checkValueText, metricText } from './check-text.js';
import { column, numeric } from './column.js';
import { confirmingSoak } from './confirming-soak.js';
import { answeredText, oneDurationLines, tookText } from './error-words.js';
import { verdictMeaning } from './exit-meaning.js';
import { machineWords } from './machine-words.js';
import { markdownCapacity } from './markdown-capacity.js';
import { markdownGate } from './markdown-gate.js';
import { markdownCode, markdownTable, markdownText } from './markdown-text.js';
import type { ReportInput } from './report-input.js';
import { type ReportView, reportView } from './report-view.js';
import { sessionsText } from './session-words.js';
import { trustOf } from './trust.js';

const SIGNS: Readonly<Record<Check['outcome'], string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  inconclusive: '❔ inconclusive',
  invalid: '⛔ invalid',
  'not-applicable': '➖ not applicable',
};

/** A check is in doubt where a whole run is invalid. */
const CHECK_SIGNS: typeof SIGNS = { ...SIGNS, invalid: '⚠️ in doubt' };

/** Most rows of a table: a summary is read in a pull request. */
const MAX_ROWS = 20;

/** `summary.md`, which is also the job summary on GitHub. */
export function renderMarkdown(input: ReportInput): string {
  const view = reportView(input);
  const { result, verdict } = view;
  const { run } = result;
  const { valid, reasons } = result.validity;
  const { state, sentence } = trustOf(view);
  const machine = machineWords(result, verdict);
  const trust = valid
    ? `${state === 'unknown' ? '' : `${state === 'trusted' ? 'Trusted' : 'In doubt'}: `}${markdownText(sentence, 600)}`
    : `${markdownText(sentence, 600)}${reasons.length === 0 ? '' : ` Why: ${reasons.map((reason) => markdownText(reason)).join('; ')}.`}`;
  if (result.gate !== undefined) return gateSummary(view);
  const parts = [
    `## ${SIGNS[verdict.outcome]}: ${markdownText(run.scenario)}`,
    `${markdownText(verdict.summary, 600)}. Exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}.`,
    `Run ${markdownCode(run.id)}, ${run.startedAt}, ${spanText(run.durationS)}, plimsoll ${markdownText(run.version)}. ${result.capacity === undefined ? `**Machine: ${machine.text}.** ` : ''}${trust}${machine.unseen === undefined || result.capacity !== undefined ? '' : ` ${machine.unseen}`}`,
    ...attemptParts(input),
    ...markdownCapacity(result.capacity),
    '### Limits',
    checkTable(view),
    ...readinessParts(view),
    '### Per phase',
    figureTable(
      view,
      'Phase',
      result.phases.filter(({ kind, counts }) => kind !== 'edge' || counts.offered > 0),
      ({ name, kind }) => `${markdownText(name)} (${kind})`,
    ),
    ...toolParts(view),
    ...tenantParts(view),
    '### Errors',
    errorTable(view),
    ...retriedParts(view),
    ...(result.sessions === undefined ? [] : [`Sessions: ${sessionsText(result.sessions)}.`]),
    ...faultParts(view),
    ...eventParts(view),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A gate is read in a comment: its table, and of the checks only those that are not in it and did not pass. */
function gateSummary({ result, verdict }: ReportView): string {
  const { run } = result;
  const shown = new Set((result.gate?.metrics ?? []).map(({ name }) => name));
  const others = verdict.checks.filter(({ metric, outcome }) => !shown.has(metric) && outcome !== 'pass');
  const parts = [
    `## ${SIGNS[verdict.outcome]}: ${markdownText(run.scenario)}`,
    `${markdownText(verdict.summary, 600)}. Exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}.`,
    ...markdownGate(result),
    ...others.map(
      ({ outcome, name, evidence }) => `- ${CHECK_SIGNS[outcome]} ${markdownText(name)}: ${markdownText(evidence, 400)}`,
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Of a run that was repeated: each attempt with what it came to by itself. */
const attemptParts = ({ attempts = [] }: ReportInput): readonly string[] =>
  attempts.length === 0
    ? []
    : [
        attempts
          .map(
            ({ outcome, summary, folder }, index) =>
              `${index + 1}. ${CHECK_SIGNS[outcome]}: ${markdownText(summary, 300)} (${markdownCode(folder)})`,
          )
          .join('\n'),
      ];

/** Of a search only the trial that was confirmed: the others were overloads on purpose. */
function toolParts(view: ReportView): readonly string[] {
  const { capacity, tools } = view.result;
  const soak = confirmingSoak(view);
  if (capacity !== undefined && soak === undefined) return [];
  return [
    soak === undefined ? '### Per tool, without warm-up' : '### Per tool in the confirming soak',
    figureTable(view, 'Tool', soak?.phase.tools ?? tools, ({ tool }) => markdownText(tool)),
  ];
}

/** Per tenant, and whether one hurt another; nothing for a run without tenants. */
function tenantParts(view: ReportView): readonly string[] {
  const { tenants, fairness } = view.result;
  if (tenants.length === 0) return [];
  const figures = figureTable(view, 'Tenant', tenants, ({ tenant }) => markdownText(tenant));
  const said = (fairness?.neighbours ?? [])
    .slice(0, MAX_ROWS)
    .map(
      ({ tenant, outcome, loud, quietPhase, loudPhase, evidence }) =>
        `- ${markdownText(tenant)} ${outcome === 'hurt' ? '❌ was hurt' : outcome === 'held' ? '✅ held' : '❔ unclear'} while ${markdownText(
          loud.map((other) => `${other.tenant} went from ${rateText(other.fromPerS)} to ${rateText(other.toPerS)}`).join(', '),
        )} (${markdownText(quietPhase)} to ${markdownText(loudPhase)}): ${markdownText(evidence)}`,
    );
  return ['### Per tenant, without warm-up', figures, ...(said.length === 0 ? [] : [said.join('\n')])];
}

/** Misses first: they are what is asked for. */
const ORDER: readonly Check['outcome'][] = ['fail', 'invalid', 'inconclusive', 'pass', 'not-applicable'];

function checkTable({ verdict, analysis }: ReportView): string {
  if (verdict.checks.length === 0) return 'Nothing was judged.';
  const sorted = [...verdict.checks].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return markdownTable(
    sorted,
    [
      column('Outcome', ({ outcome }) => CHECK_SIGNS[outcome]),
      column('Check', ({ source, scope }) => markdownText(`${source}: ${scope}`)),
      column('Metric', ({ metric }) => markdownText(metricText(metric))),
      numeric('Limit', checkLimitText),
      numeric('Measured', ({ actual, unit }) => markdownText(checkValueText(actual, unit, analysis.timeoutMs))),
      column('Evidence', ({ evidence }) => markdownText(evidence)),
    ],
    MAX_ROWS,
  );
}

/** What was asked, failures first, and by name what was not. */
function readinessParts({ readiness }: ReportView): readonly string[] {
  const tested = READINESS_SIGNS.flatMap(([each, sign]) =>
    readiness
      .filter(({ state }) => state === each)
      .map(({ item, evidence }) => `- ${sign} **${markdownText(item)}**: ${markdownText(evidence)}`),
  );
  const rest = readiness.filter(({ state }) => state === 'not tested').map(({ item }) => markdownText(item));
  return [
    '### Readiness for production',
    `This run covered ${numberText(tested.length)} of ${countText(readiness.length, 'readiness check')}.`,
    tested.slice(0, MAX_ROWS).join('\n'),
    tested.length > MAX_ROWS ? `${tested.length - MAX_ROWS} more in report.html.` : '',
    rest.length === 0 ? '' : `Not tested, which is not a pass: ${rest.join('; ')}.`,
  ];
}

const READINESS_SIGNS = [
  ['failed', '❌'],
  ['inconclusive', '❔'],
  ['passed', '✅'],
] as const;

function figureTable<Of extends Figures>(
  view: ReportView,
  head: string,
  rows: readonly Of[],
  nameOf: (figures: Of) => string,
): string {
  if (rows.length === 0) return 'No calls.';
  const columns = briefFigures(view).map(([name, cell]) =>
    numeric(name === 'Due' ? 'Calls due' : name, (figures: Figures) => escapeLess(cell(figures))),
  );
  return markdownTable(rows, [column(head, nameOf), ...columns], MAX_ROWS);
}

/** `> 5 s` and `< 0.01 %` are figures, not markup. */
const escapeLess = (figure: string): string => figure.replace('<', '&lt;').replace('>', '&gt;');

/** Findings of each fault, problems first; nothing where the scenario plans no fault. */
function faultParts({ result }: ReportView): readonly string[] {
  // What a fault takes from a capacity stands in the table of the search.
  if (result.faults.length === 0 || result.capacity !== undefined) return [];
  const lines = result.faults.flatMap(({ recipe, dependency, findings }) =>
    findings.map(({ level, text, runbook }) => {
      const step =
        runbook === undefined ? '' : ` _Check first: ${markdownText(runbook.check)}. Fix: ${markdownText(runbook.mitigate)}._`;
      return `- ${LEVELS[level]} **${markdownText(`${recipe} on ${dependency}`)}**: ${markdownText(text, 600)}.${step}`;
    }),
  );
  return ['### Faults', (lines.length === 0 ? ['No finding.'] : lines).slice(0, MAX_ROWS).join('\n')];
}

/** Commands of the scenario and the calls lost around them; nothing where it has none. */
function eventParts({ result: { events = [] } }: ReportView): readonly string[] {
  if (events.length === 0) return [];
  return [
    '### Commands in the time line',
    markdownTable(
      events,
      [
        column('Command', ({ name }) => markdownCode(name)),
        numeric('Started at', ({ startS }) => spanText(startS)),
        numeric('Took', ({ durationS }) => (durationS === undefined ? '–' : spanText(durationS))),
        numeric('Exit code', ({ exitCode }) => (exitCode === undefined ? '–' : String(exitCode))),
        numeric(
          'Calls lost from its start until 5 s after its end',
          ({ callsEndedAround, callsFailedAround }) => `${numberText(callsFailedAround)} of ${numberText(callsEndedAround)}`,
        ),
      ],
      MAX_ROWS,
    ),
  ];
}

const LEVELS = { problem: '❌', good: '✅', note: 'ℹ️' } as const;

function errorTable({ result }: ReportView): string {
  if (result.errors.length === 0) return 'No call failed.';
  return markdownTable(
    [...result.errors].sort((a, b) => b.count - a.count),
    [
      column('Class', (error) => markdownCode(error.class)),
      column('Taxonomy', ({ taxonomy }) => taxonomy),
      numeric('Calls', ({ count }) => numberText(count)),
      column('Answered with', answeredText),
      numeric('Ended after', tookText),
      numeric('First at', ({ firstAtS }) => (firstAtS === undefined ? '–' : spanText(firstAtS))),
      column('Sample', sampleText),
    ],
    MAX_ROWS,
  );
}

const sampleText = ({ sample }: { readonly sample?: string | undefined }): string =>
  sample === undefined ? '–' : markdownText(sample, 160);

/** What was tried again, which a success rate hides; and failures that all ended at one duration. */
function retriedParts({ result }: ReportView): readonly string[] {
  const { retried = [] } = result;
  const lines = oneDurationLines(result)
    .slice(0, MAX_ROWS)
    .map((line) => `- ${markdownText(line)}`);
  return [
    ...(retried.length === 0
      ? []
      : [
          '### Attempts that failed and were tried again',
          markdownTable(
            retried,
            [
              column('Class', (failures) => markdownCode(failures.class)),
              numeric('Attempts', ({ count }) => numberText(count)),
              column('Answered with', answeredText),
              numeric('Ended after', tookText),
              column('Sample', sampleText),
            ],
            MAX_ROWS,
          ),
        ]),
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
  ];
}
