import { ratioText } from '../../../text/figure-text.js';
import { column } from '../../column.js';
import { trustOf } from '../../trust.js';
import { dataTable } from '../data-table.js';
import { html } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';
import type { SectionMaker } from '../section.js';

const OUTCOMES = { trusted: 'pass', 'in doubt': 'inconclusive', unknown: 'inconclusive', invalid: 'invalid' } as const;

/** Whether the figures say something about the server at all. */
export const validitySection: SectionMaker = (view) => {
  const { result } = view;
  const { reasons, generator } = result.validity;
  const { state, sentence } = trustOf(view);
  const outcome = OUTCOMES[state];
  const doubtful = result.phases.filter(({ validity }) => !validity.valid);
  const search = result.capacity !== undefined;
  return {
    id: 'validity',
    title: 'Can this run be trusted?',
    body: html`<div class="validity is-${outcome}"><p>${outcomeBadge(outcome, state)} ${sentence}
${generator.steal !== undefined && generator.steal > 0 ? html`Stolen CPU time: ${ratioText(generator.steal)}.` : ''}</p>
${reasons.length === 0 ? '' : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}</div>
${
  doubtful.length === 0
    ? ''
    : dataTable(doubtful, {
        label: search ? 'Trials in doubt' : 'Phases that cannot be trusted',
        columns: [
          column(search ? 'Trial' : 'Phase', ({ name }) => name),
          column('Why', ({ validity }) => validity.reasons.join('; ')),
        ],
      })
}`,
  };
};
