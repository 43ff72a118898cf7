import { readinessCard } from '../../../judge/readiness-card.js';
import type { ReadinessItem } from '../../../judge/readiness-item.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';
import type { SectionMaker } from '../section.js';

const BADGES = { passed: 'pass', failed: 'fail', inconclusive: 'inconclusive', 'not tested': 'not-applicable' } as const;

/** What has to be known before production, and what this run proved of it. */
export const readinessSection: SectionMaker = ({ result, verdict, analysis }) => {
  const card = readinessCard(result, verdict, analysis.scenario);
  const tested = card.filter(({ state }) => state !== 'not tested').length;
  return {
    id: 'readiness',
    title: 'Readiness for production',
    body: html`<p class="note">This run covered ${tested} of ${card.length} readiness checks. “Not tested” is not a pass.</p>
${dataTable({
  label: 'Readiness for production',
  columns: [{ head: 'Check' }, { head: 'This run says' }, { head: 'Evidence' }],
  rows: card.map(({ item, state, evidence }: ReadinessItem) => [item, outcomeBadge(BADGES[state], state), evidence]),
})}`,
  };
};
