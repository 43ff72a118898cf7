import type { FaultFigures } from '../../../result/fault-figures.js';
import type { FaultFinding } from '../../../result/fault-findings.js';
import { ABSENT, amountText, factorText, numberText, rateText, ratioText, spanText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import type { ReportView } from '../../report-view.js';
import { dataTable, type Html, html, NOTHING } from '../html.js';

const optional = (value: number | undefined, text: (value: number) => string): string =>
  value === undefined ? ABSENT : text(value);

/** Resilience table, before/during/after, and findings of the faults that took hold. */
export function resilienceBody(view: ReportView): Html {
  const faults = view.result.faults.filter(({ startS }) => startS !== undefined);
  return html`<h3>What the faults did</h3>
<p class="note">Detected: from the start of the fault to the end of the first second outside the SLO. Recovered: from its end to the first window inside the SLO again (at least 3 s; the resolution is one second). Drain: the longest time that working off the backlog can take, at the highest rate this run achieved. ${ABSENT} means not measured.</p>
${dataTable(faults, {
  label: 'Resilience figures of each fault',
  dense: true,
  columns: [
    column('Fault', nameOf),
    column('Tools counted', ({ tools }) => tools?.join(', ') ?? ABSENT),
    numeric('Detected after', ({ detectS }) => optional(detectS, spanText)),
    numeric('Success during', ({ during }) => optional(during?.counts.successRate, ratioText)),
    numeric('p95 during', ({ during }) => (during === undefined ? ABSENT : view.latency(during.latencyUs.response, 'p95'))),
    numeric('Hung calls', ({ hung }) => (hung === undefined ? '0' : numberText(hung.calls))),
    numeric('Peak in flight', ({ inFlight }) => optional(inFlight?.duringMax, amountText)),
    numeric('Recovered after', recoveredText),
    numeric('Drain at most', ({ recovery }) => optional(recovery?.drainAtMostS, spanText)),
    numeric('Peak connections', ({ proxy }) => optional(proxy?.connectionsOpen.duringMax, numberText)),
    numeric('Bytes per call', ({ proxy }) => optional(proxy?.amplification, factorText)),
    column('Other tools affected', ({ bystanders }) => touchedText(bystanders)),
    column('Readiness', ({ readiness }) => readinessText(readiness)),
    numeric('Wasted calls', ({ wastedCalls }) => optional(wastedCalls, numberText)),
  ],
})}
${faults.map((fault) => faultBlock(view, fault))}`;
}

function touchedText(bystanders: FaultFigures['bystanders']): string {
  if (bystanders === undefined) return ABSENT;
  const touched = bystanders.filter((tool) => tool.touched).map(({ tool }) => tool);
  return touched.length === 0 ? 'none' : touched.join(', ');
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

const WHEN = ['before', 'during', 'after'] as const;

function faultBlock(view: ReportView, fault: FaultFigures): Html {
  const phases = WHEN.flatMap((when) => {
    const phase = fault[when];
    return phase === undefined ? [] : [{ ...phase, when }];
  });
  const { latency } = view;
  return html`<h3>${nameOf(fault)}</h3>
${fault.findings.length === 0 ? html`<p class="nothing">No finding.</p>` : html`<ul class="findings">${fault.findings.map(findingItem)}</ul>`}
${
  phases.length === 0
    ? NOTHING
    : dataTable(phases, {
        label: `Before, during and after ${nameOf(fault)}`,
        columns: [
          column(`Calls of ${fault.tools?.join(', ') ?? 'all tools'}`, ({ when }) => when),
          column('Phases', ({ segments }) => segments.join(', ')),
          numeric('Due', ({ counts }) => numberText(counts.offered)),
          numeric('Goodput', ({ counts }) => rateText(counts.goodput)),
          numeric('Success', ({ counts }) => ratioText(counts.successRate)),
          numeric('p50', ({ latencyUs }) => latency(latencyUs.response, 'p50')),
          numeric('p95', ({ latencyUs }) => latency(latencyUs.response, 'p95')),
          numeric('p99', ({ latencyUs }) => latency(latencyUs.response, 'p99')),
          numeric('Failures at p50', ({ latencyUs: { failed } }) => (failed === undefined ? ABSENT : latency(failed, 'p50'))),
          column('Errors', ({ errors }) => errors.map(({ count, class: name }) => `${count} ${name}`).join(', ') || 'none'),
        ],
      })
}`;
}

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
