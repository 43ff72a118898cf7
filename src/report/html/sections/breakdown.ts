import type { Figures } from '../../../result/call-figures.js';
import type { PhaseFigures } from '../../../result/phase-figures.js';
import { clockText, spanText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import { confirmingSoak } from '../../confirming-soak.js';
import type { ReportView } from '../../report-view.js';
import { figureColumns } from '../figure-columns.js';
import { dataTable, type Html, html, NOTHING, type SectionMaker } from '../html.js';

/** The same figures per phase, tool, endpoint and tenant. */
export const breakdownSection: SectionMaker = (view) => {
  const { result } = view;
  const phases = result.phases.filter(({ kind, counts }) => kind !== 'edge' || counts.offered > 0);
  const long = view.endS > 120;
  return {
    id: 'breakdown',
    title: 'Per phase, tool and endpoint',
    body: html`<p class="note">Due, failed and dropped count calls. Latency is response time unless a column says otherwise. An unanswered call ranks above every answered one.</p><h3>Per phase</h3>
${dataTable(phases, {
  dense: true,
  label: 'Figures per phase',
  columns: [
    column('Phase', ({ name }) => name),
    column('Kind', ({ kind }) => kind),
    numeric(long ? 'When (min:s)' : 'When', (phase) => (phase.kind === 'edge' ? '' : rangeText(phase, long))),
    ...figureColumns(view),
  ],
  empty: 'The run has no phases.',
})}
<p class="note">Warm-up is shown only here.</p>
${result.capacity === undefined ? ofTheRun(view) : ofTheSoak(view)}`,
  };
};

function ofTheRun(view: ReportView): Html {
  const { tools, endpoints, tenants } = view.result;
  return html`${byTool(view, 'Per tool', tools)}
${by(view, 'Per endpoint', 'Endpoint', endpoints, ({ endpoint }) => endpoint)}
${tenants.length === 0 ? NOTHING : byTenant(view, 'Per tenant', tenants)}`;
}

/** Of a search only the trial that was confirmed: the others were overloads on purpose. */
function ofTheSoak(view: ReportView): Html {
  const soak = confirmingSoak(view);
  if (soak === undefined) return NOTHING;
  const { tools, tenants = [] } = soak.phase;
  return html`${byTool(view, 'Per tool in the confirming soak', tools)}
${tenants.length === 0 ? NOTHING : byTenant(view, 'Per tenant in the confirming soak', tenants)}`;
}

const byTool = (view: ReportView, title: string, tools: PhaseFigures['tools']): Html =>
  by(view, title, 'Tool', tools, ({ tool }) => tool);

const byTenant = (view: ReportView, title: string, tenants: NonNullable<PhaseFigures['tenants']>): Html =>
  by(view, title, 'Tenant', tenants, ({ tenant }) => tenant);

/** `8 s to 16 s` in a short run, `1:30–12:00` (minutes and seconds) in a long one. */
const rangeText = ({ startS, endS }: PhaseFigures, long: boolean): string =>
  long ? `${clockText(startS)}–${clockText(endS)}` : `${spanText(startS)} to ${spanText(endS)}`;

const by = <Of extends Figures>(
  view: ReportView,
  title: string,
  head: string,
  rows: readonly Of[],
  nameOf: (figures: Of) => string,
): Html => html`<h3>${title}</h3>
${dataTable(rows, {
  dense: true,
  label: title,
  columns: [column(head, nameOf), ...figureColumns(view)],
  empty: 'No call was due after warm-up.',
})}`;
