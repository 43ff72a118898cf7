import type { Figures } from '../../../result/call-figures.js';
import type { PhaseFigures } from '../../../result/phase-figures.js';
import { clockText, spanText } from '../../../text/figure-text.js';
import { confirmingSoak } from '../../confirming-soak.js';
import type { ReportView } from '../../report-view.js';
import { dataTable } from '../data-table.js';
import { figureCells, figureColumns } from '../figure-columns.js';
import { type Html, html, NOTHING } from '../html.js';
import type { SectionMaker } from '../section.js';

/** The same figures per phase, tool, endpoint and tenant. */
export const breakdownSection: SectionMaker = (view) => {
  const { result } = view;
  const phases = result.phases.filter(({ kind, counts }) => kind !== 'edge' || counts.offered > 0);
  return {
    id: 'breakdown',
    title: 'Per phase, tool and endpoint',
    body: html`<p class="note">Due, failed and dropped count calls. Latency is response time unless a column says otherwise. An unanswered call ranks above every answered one.</p><h3>Per phase</h3>
${dataTable({
  dense: true,
  label: 'Figures per phase',
  columns: [
    { head: 'Phase' },
    { head: 'Kind' },
    { head: view.endS > 120 ? 'When (min:s)' : 'When', numeric: true },
    ...figureColumns(view),
  ],
  rows: phases.map((phase) => [
    phase.name,
    phase.kind,
    phase.kind === 'edge' ? '' : rangeText(phase, view.endS > 120),
    ...figureCells(view, phase),
  ]),
  empty: 'The run has no phases.',
})}
<p class="note">Warm-up is shown only here.</p>
${result.capacity === undefined ? ofTheRun(view) : ofTheSoak(view)}`,
  };
};

function ofTheRun(view: ReportView): Html {
  const { tools, endpoints, tenants } = view.result;
  return html`${byTool(view, 'Per tool', tools)}
${by(
  view,
  'Per endpoint',
  'Endpoint',
  endpoints.map((figures) => [figures.endpoint, figures]),
)}
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
  by(
    view,
    title,
    'Tool',
    tools.map((figures) => [figures.tool, figures]),
  );

const byTenant = (view: ReportView, title: string, tenants: NonNullable<PhaseFigures['tenants']>): Html =>
  by(
    view,
    title,
    'Tenant',
    tenants.map((figures) => [figures.tenant, figures]),
  );

/** `8 s to 16 s` in a short run, `1:30–12:00` (minutes and seconds) in a long one. */
const rangeText = ({ startS, endS }: PhaseFigures, long: boolean): string =>
  long ? `${clockText(startS)}–${clockText(endS)}` : `${spanText(startS)} to ${spanText(endS)}`;

const by = (
  view: ReportView,
  title: string,
  head: string,
  rows: readonly (readonly [string, Figures])[],
): Html => html`<h3>${title}</h3>
${dataTable({
  dense: true,
  label: title,
  columns: [{ head }, ...figureColumns(view)],
  rows: rows.map(([name, figures]) => [name, ...figureCells(view, figures)]),
  empty: 'No call was due after warm-up.',
})}`;
