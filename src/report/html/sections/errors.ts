import type { ErrorFigure } from '../../../result/call-figures.js';
import type { Exemplar } from '../../../result/exemplar.js';
import { ABSENT, latencyText, numberText, ratioText, spanText } from '../../../text/figure-text.js';
import { oneLine } from '../../../text/one-line.js';
import { column, numeric } from '../../column.js';
import { answeredText, oneDurationLines, tookText } from '../../error-words.js';
import type { ReportView } from '../../report-view.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../html.js';

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
${dataTable(errors, {
  label: 'Errors by class',
  columns: [
    column('Class', (error) => html`<code>${error.class}</code>`),
    column('Kind', (error) => TAXONOMY[error.taxonomy]),
    numeric('Calls', (error) => numberText(error.count)),
    numeric('Share of calls due', (error) => (offered === 0 ? ABSENT : ratioText(error.count / offered))),
    column('Answered with', (error) => answeredText(error)),
    numeric('Ended after', (error) => tookText(error)),
    numeric('First at', (error) => (error.firstAtS === undefined ? ABSENT : spanText(error.firstAtS))),
    column('Sample', (error) => sampleText(error.sample)),
  ],
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
${dataTable(retried, {
  label: 'Attempts tried again',
  columns: [
    column('Class', (failures) => html`<code>${failures.class}</code>`),
    column('Kind', (failures) => TAXONOMY[failures.taxonomy]),
    numeric('Attempts', (failures) => numberText(failures.count)),
    column('Answered with', (failures) => answeredText(failures)),
    numeric('Ended after', (failures) => tookText(failures)),
    column('Sample', (failures) => sampleText(failures.sample)),
  ],
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
  return html`${dataTable(ordered.slice(0, MAX_CALLS), {
    label,
    dense: true,
    columns: [
      column('Tool', (exemplar) => exemplar.tool),
      column('Ended as', (exemplar) => html`<code>${exemplar.class}</code>${exemplar.retried ? ', tried again' : ''}`),
      column('Phase', (exemplar) => exemplar.segment),
      numeric('At', (exemplar) => spanText(exemplar.atS)),
      numeric('Response', (exemplar) => elapsed(exemplar.responseUs)),
      numeric('Service', (exemplar) => elapsed(exemplar.serviceUs)),
      column('Answer', (exemplar) => answer(exemplar)),
      column(
        'traceparent, request id',
        (exemplar) => html`<code class="id">${exemplar.traceparent}</code> <code class="id">${exemplar.requestId}</code>`,
      ),
    ],
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
