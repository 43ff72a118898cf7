import type { Figures } from '../../../result/call-figures.js';
import type { NeighbourFigures, NeighbourState } from '../../../result/fairness-figures.js';
import { ABSENT, amountText, latencyText, numberText, rateText, ratioText, spanText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import type { ReportView } from '../../report-view.js';
import { briefColumns } from '../figure-columns.js';
import { dataTable, type Html, html, type SectionMaker } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';

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
${dataTable(fairness.phases, {
  label: 'Evenness per phase',
  columns: [
    column('Phase', ({ phase }) => phase),
    numeric('Index', ({ index }) => amountText(index)),
    column('Best served', ({ best }) => `${best.tenant}, ${ratioText(best.successRate)}`),
    column('Worst served', ({ worst }) => `${worst.tenant}, ${ratioText(worst.successRate)}`),
  ],
  empty: 'No judged phase had calls of two tenants.',
})}
<h3>Each tenant in each phase</h3>
${perPhase(view)}
<h3>Refused by quota</h3>
${limits(view)}`,
  };
};

const neighbours = (found: readonly NeighbourFigures[], view: ReportView): Html =>
  dataTable(found, {
    label: 'Neighbours',
    columns: [
      column('Tenant', (figures) => figures.tenant),
      column('Outcome', (figures) => outcomeBadge(BADGES[figures.outcome], figures.outcome)),
      column(
        'While',
        (figures) =>
          `${figures.loud.map(({ tenant, fromPerS, toPerS }) => `${tenant} went from ${rateText(fromPerS)} to ${rateText(toPerS)}`).join(', ')} (${figures.quietPhase} to ${figures.loudPhase})`,
      ),
      numeric('p95 before', (figures) => p95Text(figures.quiet, view)),
      numeric('p95 then', (figures) => p95Text(figures.during, view)),
      numeric('Success before', (figures) => ratioText(figures.quiet.successRate)),
      numeric('Success then', (figures) => ratioText(figures.during.successRate)),
      column('Evidence', (figures) => figures.evidence),
    ],
    empty:
      'No tenant kept its rate while another one offered at least 1.5 x as much as in another judged phase, so this run cannot show it.',
  });

const p95Text = ({ p95Us }: NeighbourState, { beyondText }: ReportView): string =>
  p95Us === undefined ? ABSENT : p95Us === null ? beyondText : latencyText(p95Us);

const perPhase = (view: ReportView): Html =>
  dataTable(
    view.result.phases.flatMap(({ name, tenants = [] }) => tenants.map((figures) => ({ ...figures, name }))),
    {
      dense: true,
      label: 'Figures per tenant and phase',
      columns: [column('Phase', ({ name }) => name), column('Tenant', ({ tenant }) => tenant), ...briefColumns(view)],
    },
  );

const limits = ({ result }: ReportView): Html =>
  dataTable(
    result.tenants
      .map((figures) => ({ ...figures, refused: figures.errors.filter(({ taxonomy }) => taxonomy === 'quota') }))
      .filter(({ refused }) => refused.some(({ count }) => count > 0)),
    {
      label: 'Refusals by quota per tenant',
      columns: [
        column('Tenant', ({ tenant }) => tenant),
        numeric('Refused', ({ refused }) => numberText(callsIn(refused))),
        numeric('Share of calls due', ({ refused, counts }) =>
          counts.offered === 0 ? ABSENT : ratioText(callsIn(refused) / counts.offered),
        ),
        column('Classes', ({ refused }) => refused.map(({ class: name, count }) => `${name} ${numberText(count)}`).join(', ')),
        numeric('Asked to wait', ({ retryAfterMs: asked }) =>
          asked === undefined
            ? 'no Retry-After'
            : `${numberText(asked.count)} times, ${spanText(asked.mean / 1000)} on average, ${spanText(asked.max / 1000)} at most`,
        ),
      ],
      empty: 'No tenant was refused by a quota (429, quota errors).',
    },
  );

const callsIn = (errors: Figures['errors']): number => errors.reduce((sum, { count }) => sum + count, 0);
