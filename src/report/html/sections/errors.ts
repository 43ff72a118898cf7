import type { ErrorFigure } from '../../../result/call-figures.js';
import type { Exemplar } from '../../../result/exemplar.js';
import { ABSENT, latencyText, numberText, ratioText, spanText } from '../../../text/figure-text.js';
import { oneLine } from '../../../text/one-line.js';
import { answeredText, oneDurationLines, tookText } from '../../error-words.js';
import type { ReportView } from '../../report-view.js';
import { dataTable } from '../data-table.js';
import { type Html, html, NOTHING } from '../html.js';
import type { SectionMaker } from '../section.js';

const TAXONOMY: Readonly<Record<ErrorFigure['taxonomy'], string>> = {
  availability: 'Availability: the server could not be reached or did not finish',
  latency: 'Latency: no answer in time',
  correctness: 'Correctness: an answer that is wrong',
  security: 'Security: refused because of who asked',
  quota: 'Quota: refused because of how much was asked',
  none: 'Not caused by the server',
};

/** Longest server text that is shown. */
const TEXT_LIMIT = 240;

/** What went wrong, by kind of trouble, with samples; and single calls to look up in traces. */
export const errorsSection: SectionMaker = ({ result }) => {
  const offered = result.totals.offered;
  const errors = [...result.errors].sort((a, b) => b.count - a.count);
  return {
    id: 'errors',
    title: 'Errors and single calls',
    body: html`<h3>By class</h3>
${dataTable({
  label: 'Errors by class',
  columns: [
    { head: 'Class' },
    { head: 'Kind' },
    { head: 'Calls', numeric: true },
    { head: 'Share of calls due', numeric: true },
    { head: 'Answered with' },
    { head: 'Ended after', numeric: true },
    { head: 'First at', numeric: true },
    { head: 'Sample' },
  ],
  rows: errors.map((error) => [
    html`<code>${error.class}</code>`,
    TAXONOMY[error.taxonomy],
    numberText(error.count),
    offered === 0 ? ABSENT : ratioText(error.count / offered),
    answeredText(error),
    tookText(error),
    error.firstAtS === undefined ? ABSENT : spanText(error.firstAtS),
    sampleText(error.sample),
  ]),
  empty: 'No call failed.',
})}
${oneDurationList(result)}${triedAgain(result)}<h3>Slowest calls</h3>
<p class="note">The <code>traceparent</code> was sent with the call: look it up in the traces of the server.</p>
${exemplars('Slowest calls', result, 'slow')}
<h3>Failed calls</h3>
${exemplars('Failed calls', result, 'error')}`,
  };
};

/** Failures that all ended at one duration. */
function oneDurationList(result: ReportView['result']): Html {
  const lines = oneDurationLines(result);
  return lines.length === 0 ? NOTHING : html`<ul>${lines.map((line) => html`<li>${oneLine(line)}</li>`)}</ul>`;
}

/** What a success rate hides: attempts that failed before the one that counted. */
function triedAgain({ retried = [] }: ReportView['result']): Html {
  if (retried.length === 0) return NOTHING;
  return html`<h3>Attempts that failed and were tried again</h3>
<p class="note">By <code>load.retry</code> of the scenario. Only this table counts them. Their calls may still have succeeded.</p>
${dataTable({
  label: 'Attempts tried again',
  columns: [
    { head: 'Class' },
    { head: 'Kind' },
    { head: 'Attempts', numeric: true },
    { head: 'Answered with' },
    { head: 'Ended after', numeric: true },
    { head: 'Sample' },
  ],
  rows: retried.map((failures) => [
    html`<code>${failures.class}</code>`,
    TAXONOMY[failures.taxonomy],
    numberText(failures.count),
    answeredText(failures),
    tookText(failures),
    sampleText(failures.sample),
  ]),
  empty: 'Nothing was tried again.',
})}`;
}

const sampleText = (text: string | undefined): Html | string =>
  text === undefined ? ABSENT : html`<span class="server-text">${oneLine(text, TEXT_LIMIT)}</span>`;

/** Most calls shown of each kind. */
const MAX_CALLS = 12;

function exemplars(label: string, { exemplars: all }: ReportView['result'], kind: Exemplar['kind']): Html {
  const chosen = all.filter((exemplar) => exemplar.kind === kind);
  const ordered = kind === 'slow' ? [...chosen].sort((a, b) => (b.responseUs ?? 0) - (a.responseUs ?? 0)) : chosen;
  return html`${dataTable({
    label,
    dense: true,
    columns: [
      { head: 'Tool' },
      { head: 'Ended as' },
      { head: 'Phase' },
      { head: 'At', numeric: true },
      { head: 'Response', numeric: true },
      { head: 'Service', numeric: true },
      { head: 'Answer' },
      { head: 'traceparent, request id' },
    ],
    rows: ordered
      .slice(0, MAX_CALLS)
      .map((exemplar) => [
        exemplar.tool,
        html`<code>${exemplar.class}</code>${exemplar.retried ? ', tried again' : ''}`,
        exemplar.segment,
        spanText(exemplar.atS),
        elapsed(exemplar.responseUs),
        elapsed(exemplar.serviceUs),
        answer(exemplar),
        html`<code class="id">${exemplar.traceparent}</code> <code class="id">${exemplar.requestId}</code>`,
      ]),
    empty: kind === 'slow' ? 'No slow call was kept.' : 'No failed call was kept.',
  })}${ordered.length > MAX_CALLS ? html`<p class="note">${ordered.length - MAX_CALLS} more are in result.json.</p>` : ''}`;
}

const elapsed = (us: number | undefined): string => (us === undefined ? ABSENT : latencyText(us));

const answer = ({ status, rpcCode, retryAfterMs, text }: Exemplar): Html =>
  html`${[
    status === undefined ? undefined : `HTTP ${status}`,
    rpcCode === undefined ? undefined : `RPC ${rpcCode}`,
    retryAfterMs === undefined ? undefined : `retry after ${latencyText(retryAfterMs * 1000)}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')} ${text === undefined ? '' : sampleText(text)}`;
