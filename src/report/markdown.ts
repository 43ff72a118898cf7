import type { Figures } from '../result/call-figures.js';
import type { Check } from '../result/verdict.js';
import { countText, numberText, rateText, spanText } from '../text/figure-text.js';
import { briefCells, briefHeads } from './brief-cells.js';
import { checkLimitText, checkValueText, metricText } from './check-text.js';
import { confirmingSoak } from './confirming-soak.js';
import { answeredText, oneDurationLines, tookText } from './error-words.js';
import { verdictMeaning } from './exit-meaning.js';
import { markdownCapacity } from './markdown-capacity.js';
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

/** Most rows of a table: a summary is read in a pull request. */
const MAX_ROWS = 20;

/** `summary.md`, which is also the job summary on GitHub. */
export function renderMarkdown(input: ReportInput): string {
  const view = reportView(input);
  const { result, verdict } = view;
  const { run } = result;
  const { valid, reasons } = result.validity;
  const { state, sentence } = trustOf(view);
  const trust = valid
    ? `${state === 'unknown' ? '' : `${state === 'trusted' ? 'Trusted' : 'In doubt'}: `}${markdownText(sentence, 600)}`
    : `**Not valid**, too noisy to judge: ${reasons.map((reason) => markdownText(reason)).join('; ')}.`;
  const parts = [
    `## ${SIGNS[verdict.outcome]}: ${markdownText(run.scenario)}`,
    `${markdownText(verdict.summary, 600)}. Exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}.`,
    `Run ${markdownCode(run.id)}, ${run.startedAt}, ${spanText(run.durationS)}, plimsoll ${markdownText(run.version)}. ${trust}`,
    ...markdownCapacity(result.capacity),
    '### Limits',
    checkTable(view),
    ...readinessParts(view),
    '### Per phase',
    figureTable(
      view,
      'Phase',
      result.phases
        .filter(({ kind, counts }) => kind !== 'edge' || counts.offered > 0)
        .map((phase) => [`${markdownText(phase.name)} (${phase.kind})`, phase]),
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

/** Of a search only the trial that was confirmed: the others were overloads on purpose. */
function toolParts(view: ReportView): readonly string[] {
  const { capacity, tools } = view.result;
  const soak = confirmingSoak(view);
  if (capacity !== undefined && soak === undefined) return [];
  const rows = (soak?.phase.tools ?? tools).map((tool): readonly [string, Figures] => [markdownText(tool.tool), tool]);
  return [
    soak === undefined ? '### Per tool, without warm-up' : '### Per tool in the confirming soak',
    figureTable(view, 'Tool', rows),
  ];
}

/** Per tenant, and whether one hurt another; nothing for a run without tenants. */
function tenantParts(view: ReportView): readonly string[] {
  const { tenants, fairness } = view.result;
  if (tenants.length === 0) return [];
  const figures = figureTable(
    view,
    'Tenant',
    tenants.map((tenant) => [markdownText(tenant.tenant), tenant]),
  );
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

const bounded = (rows: readonly (readonly string[])[], width: number): readonly (readonly string[])[] =>
  rows.length <= MAX_ROWS
    ? rows
    : [...rows.slice(0, MAX_ROWS), [`${rows.length - MAX_ROWS} more in report.html`, ...Array<string>(width - 1).fill('')]];

/** Misses first: they are what is asked for. */
const ORDER: readonly Check['outcome'][] = ['fail', 'invalid', 'inconclusive', 'pass', 'not-applicable'];

function checkTable({ verdict, analysis }: ReportView): string {
  if (verdict.checks.length === 0) return 'Nothing was judged.';
  const sorted = [...verdict.checks].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  return markdownTable(
    [
      { name: 'Outcome' },
      { name: 'Check' },
      { name: 'Metric' },
      { name: 'Limit', numeric: true },
      { name: 'Measured', numeric: true },
      { name: 'Evidence' },
    ],
    bounded(
      sorted.map((check) => [
        SIGNS[check.outcome],
        markdownText(`${check.source}: ${check.scope}`),
        markdownText(metricText(check.metric)),
        checkLimitText(check),
        markdownText(checkValueText(check.actual, check.unit, analysis.timeoutMs)),
        markdownText(check.evidence),
      ]),
      6,
    ),
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
    `This run covered ${tested.length} of ${countText(readiness.length, 'readiness check')}.`,
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

function figureTable(view: ReportView, head: string, rows: readonly (readonly [string, Figures])[]): string {
  if (rows.length === 0) return 'No calls.';
  return markdownTable(
    [{ name: head }, ...['Calls due', ...briefHeads(view).slice(1)].map((name) => ({ name, numeric: true }))],
    bounded(
      rows.map(([name, figures]) => [name, ...briefCells(view, figures).map(escapeLess)]),
      1 + briefHeads(view).length,
    ),
  );
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
      [
        { name: 'Command' },
        ...['Started at', 'Took', 'Exit code', 'Calls lost from its start until 5 s after its end'].map((name) => ({
          name,
          numeric: true,
        })),
      ],
      bounded(
        events.map(({ name, startS, durationS, exitCode, callsEndedAround, callsFailedAround }) => [
          markdownCode(name),
          spanText(startS),
          durationS === undefined ? '–' : spanText(durationS),
          exitCode === undefined ? '–' : String(exitCode),
          `${numberText(callsFailedAround)} of ${numberText(callsEndedAround)}`,
        ]),
        5,
      ),
    ),
  ];
}

const LEVELS = { problem: '❌', good: '✅', note: 'ℹ️' } as const;

function errorTable({ result }: ReportView): string {
  if (result.errors.length === 0) return 'No call failed.';
  const rows = [...result.errors]
    .sort((a, b) => b.count - a.count)
    .map((error) => [
      markdownCode(error.class),
      error.taxonomy,
      numberText(error.count),
      answeredText(error),
      tookText(error),
      error.firstAtS === undefined ? '–' : spanText(error.firstAtS),
      error.sample === undefined ? '–' : markdownText(error.sample, 160),
    ]);
  return markdownTable(
    [
      { name: 'Class' },
      { name: 'Taxonomy' },
      { name: 'Calls', numeric: true },
      { name: 'Answered with' },
      { name: 'Ended after', numeric: true },
      { name: 'First at', numeric: true },
      { name: 'Sample' },
    ],
    bounded(rows, 7),
  );
}

/** What was tried again, which a success rate hides; and failures that all ended at one duration. */
function retriedParts({ result }: ReportView): readonly string[] {
  const { retried = [] } = result;
  const lines = oneDurationLines(result)
    .slice(0, MAX_ROWS)
    .map((line) => `- ${markdownText(line)}`);
  const rows = retried.map((failures) => [
    markdownCode(failures.class),
    numberText(failures.count),
    answeredText(failures),
    tookText(failures),
    failures.sample === undefined ? '–' : markdownText(failures.sample, 160),
  ]);
  return [
    ...(rows.length === 0
      ? []
      : [
          '### Attempts that failed and were tried again',
          markdownTable(
            [
              { name: 'Class' },
              { name: 'Attempts', numeric: true },
              { name: 'Answered with' },
              { name: 'Ended after', numeric: true },
              { name: 'Sample' },
            ],
            bounded(rows, 5),
          ),
        ]),
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
  ];
}
