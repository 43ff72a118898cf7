import type { Figures } from '../../../result/call-figures.js';
import { ABSENT, numberText } from '../../../text/figure-text.js';
import { column, numeric } from '../../column.js';
import { dataTable, html, type SectionMaker } from '../html.js';

/** What happened within calls beside request and answer: rounds of input, polls of tasks, progress, calls taken back. */
export const interactionSection: SectionMaker = ({ result, latency }) => {
  const tools = result.tools.filter(({ interaction, counts }) => interaction !== undefined || (counts.cancelled ?? 0) > 0);
  if (tools.length === 0) return undefined;
  const waited = (interaction: Figures['interaction'], which: 'p50' | 'p95' | 'max'): string =>
    interaction?.clientDelayUs === undefined ? ABSENT : latency(interaction.clientDelayUs, which);
  return {
    id: 'interaction',
    title: 'Within the calls',
    body: html`<p class="note">A call is one logical call, however many requests it takes. Time that the server waits for our reply (sampling, elicitation, roots) is shown only here: neither the SLO nor the timeout counts it. Polls wait as long as the server asks. A task lasts until its result.</p>
${dataTable(tools, {
  label: 'Within the calls, per tool',
  columns: [
    column('Tool', ({ tool }) => tool),
    numeric('Calls due', ({ counts }) => numberText(counts.offered)),
    numeric('Our replies', ({ interaction }) => numberText(interaction?.rounds ?? 0)),
    numeric('Waited for us, p50', ({ interaction }) => waited(interaction, 'p50')),
    numeric('p95', ({ interaction }) => waited(interaction, 'p95')),
    numeric('Largest', ({ interaction }) => waited(interaction, 'max')),
    numeric('Polls', ({ interaction }) => numberText(interaction?.polls ?? 0)),
    numeric('Progress', ({ interaction }) => numberText(interaction?.progress ?? 0)),
    numeric('Canceled', ({ counts }) => numberText(counts.cancelled ?? 0)),
  ],
})}`,
  };
};
