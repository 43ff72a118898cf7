import type { NeighbourFigures, NeighbourState } from '../../../result/fairness-figures.js';
import { ABSENT, amountText, latencyText, numberText, rateText, ratioText, spanText } from '../../../text/figure-text.js';
import { briefCells } from '../../brief-cells.js';
import type { ReportView } from '../../report-view.js';
import { dataTable } from '../data-table.js';
import { briefColumns } from '../figure-columns.js';
import { type Html, html } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';
import type { SectionMaker } from '../section.js';

const BADGES = { hurt: 'fail', held: 'pass', unclear: 'inconclusive' } as const;

/** Whether tenants that shared the server were served alike, and whether one paid for what another sent. */
export const fairnessSection: SectionMaker = (view) => {
  const { fairness } = view.result;
  if (fairness === undefined) return undefined;
  return {
    id: 'fairness',
    title: 'Fairness between tenants',
    body: html`<h3>Did one tenant hurt another?</h3>
<p class="note">Compares two phases for each tenant that kept its own rate: one where another tenant was loudest, one where the others were quiet. Hurt: slower or less successful than chance explains (one in a thousand), and by enough to matter (p95 1.2 x, or 1 % of its calls).</p>
${neighbours(fairness.neighbours, view)}
<h3>Per phase</h3>
<p class="note">Jain’s index of the success rates: 1 when all tenants fare alike, 1/n when one of n gets everything.</p>
${dataTable({
  label: 'Evenness per phase',
  columns: [{ head: 'Phase' }, { head: 'Index', numeric: true }, { head: 'Best served' }, { head: 'Worst served' }],
  rows: fairness.phases.map(({ phase, index, best, worst }) => [
    phase,
    amountText(index),
    `${best.tenant}, ${ratioText(best.successRate)}`,
    `${worst.tenant}, ${ratioText(worst.successRate)}`,
  ]),
  empty: 'No judged phase had calls of two tenants.',
})}
<h3>Each tenant in each phase</h3>
${perPhase(view)}
<h3>Refused by quota</h3>
${limits(view)}`,
  };
};

const neighbours = (found: readonly NeighbourFigures[], view: ReportView): Html =>
  dataTable({
    label: 'Neighbours',
    columns: [
      { head: 'Tenant' },
      { head: 'Outcome' },
      { head: 'While' },
      { head: 'p95 before', numeric: true },
      { head: 'p95 then', numeric: true },
      { head: 'Success before', numeric: true },
      { head: 'Success then', numeric: true },
      { head: 'Evidence' },
    ],
    rows: found.map((figures) => [
      figures.tenant,
      outcomeBadge(BADGES[figures.outcome], figures.outcome),
      `${figures.loud.map(({ tenant, fromPerS, toPerS }) => `${tenant} went from ${rateText(fromPerS)} to ${rateText(toPerS)}`).join(', ')} (${figures.quietPhase} to ${figures.loudPhase})`,
      p95Text(figures.quiet, view),
      p95Text(figures.during, view),
      ratioText(figures.quiet.successRate),
      ratioText(figures.during.successRate),
      figures.evidence,
    ]),
    empty:
      'No tenant kept its rate while another one offered at least 1.5 x as much as in another judged phase, so this run cannot show it.',
  });

const p95Text = ({ p95Us }: NeighbourState, { beyondText }: ReportView): string =>
  p95Us === undefined ? ABSENT : p95Us === null ? beyondText : latencyText(p95Us);

const perPhase = (view: ReportView): Html =>
  dataTable({
    dense: true,
    label: 'Figures per tenant and phase',
    columns: [{ head: 'Phase' }, { head: 'Tenant' }, ...briefColumns(view)],
    rows: view.result.phases.flatMap(({ name, tenants = [] }) =>
      tenants.map((figures) => [name, figures.tenant, ...briefCells(view, figures)]),
    ),
  });

const limits = ({ result }: ReportView): Html =>
  dataTable({
    label: 'Refusals by quota per tenant',
    columns: [
      { head: 'Tenant' },
      { head: 'Refused', numeric: true },
      { head: 'Share of calls due', numeric: true },
      { head: 'Classes' },
      { head: 'Asked to wait', numeric: true },
    ],
    rows: result.tenants.flatMap(({ tenant, counts, errors, retryAfterMs }) => {
      const refused = errors.filter(({ taxonomy }) => taxonomy === 'quota');
      const calls = refused.reduce((sum, { count }) => sum + count, 0);
      if (calls === 0) return [];
      const wait =
        retryAfterMs === undefined
          ? 'no Retry-After'
          : `${numberText(retryAfterMs.count)} times, ${spanText(retryAfterMs.mean / 1000)} on average, ${spanText(retryAfterMs.max / 1000)} at most`;
      return [
        [
          tenant,
          numberText(calls),
          counts.offered === 0 ? ABSENT : ratioText(calls / counts.offered),
          refused.map(({ class: name, count }) => `${name} ${numberText(count)}`).join(', '),
          wait,
        ],
      ];
    }),
    empty: 'No tenant was refused by a quota (429, quota errors).',
  });
