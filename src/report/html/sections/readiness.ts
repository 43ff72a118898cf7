import { column } from '../../column.js';
import { dataTable, html, type SectionMaker } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';

const BADGES = { passed: 'pass', failed: 'fail', inconclusive: 'inconclusive', 'not tested': 'not-applicable' } as const;

/** What has to be known before production, and what this run proved of it. */
export const readinessSection: SectionMaker = ({ readiness }) => ({
  id: 'readiness',
  title: 'Readiness for production',
  body: html`<p class="note">This run covered ${readiness.filter(({ state }) => state !== 'not tested').length} of ${readiness.length} readiness checks. “Not tested” is not a pass.</p>
${dataTable(readiness, {
  label: 'Readiness for production',
  columns: [
    column('Check', ({ item }) => item),
    column('This run says', ({ state }) => outcomeBadge(BADGES[state], state)),
    column('Evidence', ({ evidence }) => evidence),
  ],
})}`,
});
