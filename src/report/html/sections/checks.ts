import type { Check } from '../../../result/verdict.js';
import { givenRatioText, latencyText } from '../../../text/figure-text.js';
import { checkLimitText, checkValueText, metricText } from '../../check-text.js';
import { column, numeric } from '../../column.js';
import type { ReportView } from '../../report-view.js';
import { dataTable, type Html, type HtmlValue, html, type SectionMaker } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';

/** Every limit with what was measured against it. */
export const checksSection: SectionMaker = (view) => {
  const { verdict, analysis, result } = view;
  const of = (...sources: Check['source'][]): readonly Check[] => verdict.checks.filter(({ source }) => sources.includes(source));
  const other = of('run');
  const { baseline } = analysis;
  if (result.gate !== undefined) {
    // Its baseline is the other build, which has a section of its own.
    const measured = result.gate.pairs.some(({ discarded }) => discarded === undefined);
    const empty = measured ? 'The candidate missed no limit of the SLO.' : 'No pair was counted.';
    return { id: 'checks', title: 'SLO', body: table(view, 'SLO checks', of('slo'), empty) };
  }
  return {
    id: 'checks',
    title: 'SLO and baseline',
    body: html`<h3>Service level objective${analysis.slo.declared ? '' : ' (default)'}</h3>${table(view, 'SLO checks', of('slo'), 'No SLO check was made.')}
<h3>Performance baseline</h3>${
      baseline === undefined
        ? html`<p class="nothing">The scenario names no baseline.</p>`
        : html`<p class="note">Limits ${baseline.source === 'in place' ? 'written in the scenario' : html`of ${baseline.source}`}, tolerance ${baseline.limits.tolerance}: latency and error rate pass up to that many times the baseline${baseline.counted === undefined ? '' : ' (of the error rate: its upper 95 % bound)'}, throughput down to the baseline divided by it.</p>${table(view, 'Baseline checks', of('baseline'), 'No baseline check was made.')}`
    }
${other.length === 0 ? '' : html`<h3>The run itself</h3>${table(view, 'Checks of the run itself', other, '')}`}`,
  };
};

const table = ({ analysis }: ReportView, label: string, checks: readonly Check[], empty: string): Html =>
  dataTable(checks, {
    label,
    columns: [
      column('Covers', (check) => check.scope),
      column('Metric', (check) => metricText(check.metric)),
      numeric('Limit', (check) => checkLimitText(check)),
      numeric('Measured', (check) => measured(check, analysis.timeoutMs)),
      column('Outcome', (check) => outcomeBadge(check.outcome)),
      column('Evidence', (check) => check.evidence),
    ],
    empty,
  });

/** The figure, and below it where the true one lies. */
function measured(check: Check, timeoutMs: number): HtmlValue {
  const text = checkValueText(check.actual, check.unit, timeoutMs);
  const { interval, shiftUs } = check;
  // A passed limit needs no such thing: delay only makes calls slower.
  const shift =
    shiftUs === undefined || check.outcome === 'pass'
      ? ''
      : html` <span class="interval">up to ${latencyText(shiftUs)} of it may be this machine</span>`;
  if (interval === undefined) return html`${text}${shift}`;
  const low = checkValueText(interval.low, check.unit, timeoutMs);
  const range = interval.high === null ? `at least ${low}` : `${low} to ${checkValueText(interval.high, check.unit, timeoutMs)}`;
  return html`${text} <span class="interval">${givenRatioText(interval.level)}: ${range}</span>${shift}`;
}
