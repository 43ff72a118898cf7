import type { FaultFigures, FaultPhase } from '../../../result/fault-figures.js';
import type { FaultFinding } from '../../../result/fault-findings.js';
import { ABSENT, amountText, factorText, numberText, rateText, ratioText, spanText } from '../../../text/figure-text.js';
import type { ReportView } from '../../report-view.js';
import { dataTable } from '../data-table.js';
import { type Html, html, NOTHING } from '../html.js';

const optional = (value: number | undefined, text: (value: number) => string): string =>
  value === undefined ? ABSENT : text(value);

/** Resilience table, before/during/after, and findings of the faults that took hold. */
export function resilienceBody(view: ReportView): Html {
  const faults = view.result.faults.filter(({ startS }) => startS !== undefined);
  return html`<h3>What the faults did</h3>
<p class="note">Detected: from the start of the fault to the end of the first second outside the SLO. Recovered: from its end to the first window inside the SLO again (at least 3 s; the resolution is one second). Drain: the longest time that working off the backlog can take, at the highest rate this run achieved. ${ABSENT} means not measured.</p>
${dataTable({
  label: 'Resilience figures of each fault',
  dense: true,
  columns: [
    { head: 'Fault' },
    { head: 'Tools counted' },
    { head: 'Detected after', numeric: true },
    { head: 'Success during', numeric: true },
    { head: 'p95 during', numeric: true },
    { head: 'Hung calls', numeric: true },
    { head: 'Peak in flight', numeric: true },
    { head: 'Recovered after', numeric: true },
    { head: 'Drain at most', numeric: true },
    { head: 'Peak connections', numeric: true },
    { head: 'Bytes per call', numeric: true },
    { head: 'Other tools affected' },
    { head: 'Readiness' },
    { head: 'Wasted calls', numeric: true },
  ],
  rows: faults.map((fault) => resilienceRow(view, fault)),
})}
${faults.map((fault) => faultBlock(view, fault))}`;
}

function resilienceRow(view: ReportView, fault: FaultFigures): readonly (string | Html)[] {
  const { during, hung, inFlight, recovery, proxy, bystanders, readiness } = fault;
  const touched = bystanders?.filter((tool) => tool.touched).map(({ tool }) => tool);
  return [
    nameOf(fault),
    fault.tools?.join(', ') ?? ABSENT,
    optional(fault.detectS, spanText),
    optional(during?.counts.successRate, ratioText),
    during === undefined ? ABSENT : view.latency(during.latencyUs.response, 'p95'),
    hung === undefined ? '0' : numberText(hung.calls),
    optional(inFlight?.duringMax, amountText),
    recoveredText(fault),
    optional(recovery?.drainAtMostS, spanText),
    optional(proxy?.connectionsOpen.duringMax, numberText),
    proxy?.amplification === undefined ? ABSENT : factorText(proxy.amplification),
    touched === undefined ? ABSENT : touched.length === 0 ? 'none' : touched.join(', '),
    readinessText(readiness),
    optional(fault.wastedCalls, numberText),
  ];
}

function recoveredText({ recovery }: FaultFigures): string {
  switch (recovery?.state) {
    case undefined:
      return ABSENT;
    case 'survived':
      return 'never left the SLO';
    case 'recovered':
      return optional(recovery?.recoverS, spanText);
    case 'stayed-down':
      return `not within ${optional(recovery?.watchedS, spanText)}`;
    case 'not-observed':
      return 'not observed';
  }
}

function readinessText(readiness: FaultFigures['readiness']): string {
  if (readiness === undefined) return ABSENT;
  const { missedAfterS, missedAfterEndS, backAfterS, misses, probes } = readiness;
  if (missedAfterEndS !== undefined) return `${readyInAll(probes)}; first miss ${spanText(missedAfterEndS)} after the end`;
  if (missedAfterS === undefined) return readyInAll(probes);
  return `missed after ${spanText(missedAfterS)} (${misses} of ${probes}), ${backAfterS === undefined ? 'not back' : `back after ${spanText(backAfterS)}`}`;
}

const nameOf = ({ recipe, dependency }: FaultFigures): string => `${recipe} on ${dependency}`;

function faultBlock(view: ReportView, fault: FaultFigures): Html {
  const phases = (['before', 'during', 'after'] as const).flatMap((when) => {
    const phase = fault[when];
    return phase === undefined ? [] : [phaseRow(view, when, phase)];
  });
  return html`<h3>${nameOf(fault)}</h3>
${fault.findings.length === 0 ? html`<p class="nothing">No finding.</p>` : html`<ul class="findings">${fault.findings.map(findingItem)}</ul>`}
${
  phases.length === 0
    ? NOTHING
    : dataTable({
        label: `Before, during and after ${nameOf(fault)}`,
        columns: [
          { head: `Calls of ${fault.tools?.join(', ') ?? 'all tools'}` },
          { head: 'Phases' },
          { head: 'Due', numeric: true },
          { head: 'Goodput', numeric: true },
          { head: 'Success', numeric: true },
          { head: 'p50', numeric: true },
          { head: 'p95', numeric: true },
          { head: 'p99', numeric: true },
          { head: 'Failures at p50', numeric: true },
          { head: 'Errors' },
        ],
        rows: phases,
      })
}`;
}

const phaseRow = (view: ReportView, when: string, { counts, latencyUs, errors, segments }: FaultPhase): readonly string[] => [
  when,
  segments.join(', '),
  numberText(counts.offered),
  rateText(counts.goodput),
  ratioText(counts.successRate),
  view.latency(latencyUs.response, 'p50'),
  view.latency(latencyUs.response, 'p95'),
  view.latency(latencyUs.response, 'p99'),
  latencyUs.failed === undefined ? ABSENT : view.latency(latencyUs.failed, 'p50'),
  errors.length === 0 ? 'none' : errors.map((error) => `${error.count} ${error.class}`).join(', '),
];

const WORDS: Readonly<Record<FaultFinding['level'], { readonly word: string; readonly outcome: string }>> = {
  problem: { word: 'Problem', outcome: 'fail' },
  good: { word: 'Good', outcome: 'pass' },
  note: { word: 'Note', outcome: 'not-applicable' },
};

const findingItem = ({ level, text, code, runbook }: FaultFinding): Html =>
  html`<li><span class="badge is-${WORDS[level].outcome}">${WORDS[level].word}</span> <code class="id">${code}</code> ${text}.${
    runbook === undefined
      ? NOTHING
      : html` <span class="runbook"><span class="tag">${runbook.taxonomy}</span> Check first: ${runbook.check}. Fix: ${runbook.mitigate}.</span>`
  }</li>`;

const readyInAll = (probes: number): string => (probes === 1 ? 'ready in the only probe' : `ready in all ${probes} probes`);
