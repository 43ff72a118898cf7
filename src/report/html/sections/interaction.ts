import { ABSENT, numberText } from '../../../text/figure-text.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import type { SectionMaker } from '../section.js';

/** What happened within calls beside request and answer: rounds of input, polls of tasks, progress, calls taken back. */
export const interactionSection: SectionMaker = ({ result, latency }) => {
  const tools = result.tools.filter(({ interaction, counts }) => interaction !== undefined || (counts.cancelled ?? 0) > 0);
  if (tools.length === 0) return undefined;
  return {
    id: 'interaction',
    title: 'Within the calls',
    body: html`<p class="note">A call is one logical call, however many requests it takes. Time that the server waits for our reply (sampling, elicitation, roots) is shown only here: neither the SLO nor the timeout counts it. Polls wait as long as the server asks. A task lasts until its result.</p>
${dataTable({
  label: 'Within the calls, per tool',
  columns: [
    { head: 'Tool' },
    { head: 'Calls due', numeric: true },
    { head: 'Our replies', numeric: true },
    { head: 'Waited for us, p50', numeric: true },
    { head: 'p95', numeric: true },
    { head: 'Largest', numeric: true },
    { head: 'Polls', numeric: true },
    { head: 'Progress', numeric: true },
    { head: 'Canceled', numeric: true },
  ],
  rows: tools.map(({ tool, counts, interaction }) => {
    const waited = interaction?.clientDelayUs;
    return [
      tool,
      numberText(counts.offered),
      numberText(interaction?.rounds ?? 0),
      waited === undefined ? ABSENT : latency(waited, 'p50'),
      waited === undefined ? ABSENT : latency(waited, 'p95'),
      waited === undefined ? ABSENT : latency(waited, 'max'),
      numberText(interaction?.polls ?? 0),
      numberText(interaction?.progress ?? 0),
      numberText(counts.cancelled ?? 0),
    ];
  }),
})}`,
  };
};
