import { countText, ratioText } from '../../figure-text.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';
import type { SectionMaker } from '../section.js';

/** Whether the figures say something about the server at all. */
export const validitySection: SectionMaker = ({ result, latency }) => {
  const { valid, reasons, generator } = result.validity;
  const measured = generator.latenessUs !== undefined;
  const doubtful = result.phases.filter(({ validity }) => !validity.valid);
  const sentence = !valid
    ? 'The generator or its machine was the limit. The figures below say nothing about the server.'
    : result.capacity !== undefined && doubtful.length > 0
      ? `A search overloads on purpose: of ${countText(result.phases.length, 'trial')} these ${doubtful.length} are in doubt. A trial whose generator was late decided nothing.`
      : measured
        ? `The generator kept its schedule: starts were ${latency(generator.latenessUs, 'p99')} late at p99, ${countText(generator.droppedByGenerator, 'start')} given up.`
        : 'No start was measured, so nothing can be said about the generator.';
  const [outcome, word] = !valid
    ? (['invalid', 'invalid'] as const)
    : measured
      ? (['pass', 'trusted'] as const)
      : (['inconclusive', 'unknown'] as const);
  return {
    id: 'validity',
    title: 'Can this run be trusted?',
    body: html`<div class="validity is-${outcome}"><p>${outcomeBadge(outcome, word)} ${sentence}
${generator.steal !== undefined && generator.steal > 0 ? html`Stolen CPU time: ${ratioText(generator.steal)}.` : ''}</p>
${reasons.length === 0 ? '' : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}</div>
${
  doubtful.length === 0
    ? ''
    : dataTable({
        label: 'Segments that cannot be trusted',
        columns: [{ head: 'Segment' }, { head: 'Why' }],
        rows: doubtful.map(({ name, validity }) => [name, validity.reasons.join('; ')]),
      })
}`,
  };
};
