import { ratioText } from '../../../text/figure-text.js';
import { column } from '../../column.js';
import { machineWords } from '../../machine-words.js';
import { trustOf } from '../../trust.js';
import { dataTable, html, type SectionMaker } from '../html.js';
import { outcomeBadge } from '../outcome-badge.js';

const OUTCOMES = { trusted: 'pass', 'in doubt': 'inconclusive', unknown: 'inconclusive', invalid: 'invalid' } as const;

/** Whether the figures say something about the server at all. */
export const validitySection: SectionMaker = (view) => {
  const { result } = view;
  const { reasons, generator } = result.validity;
  const { state, sentence } = trustOf(view);
  const outcome = OUTCOMES[state];
  const search = result.capacity !== undefined;
  // Of a run each reason is told once, with its phases.
  const doubtful = search ? result.phases.filter(({ validity }) => !validity.valid) : [];
  const { disturbed } = result.validity;
  const machine = machineWords(result, view.verdict);
  const causes = search || machine.state !== 'noisy' ? [] : disturbed.causes.filter((cause) => !reasons.includes(cause));
  return {
    id: 'validity',
    title: 'Can this run be trusted?',
    body: html`<div class="validity is-${outcome}"><p>${outcomeBadge(outcome, state)} ${sentence}
${generator.steal !== undefined && generator.steal > 0 ? html`Stolen CPU time: ${ratioText(generator.steal)}.` : ''}</p>
${reasons.length === 0 ? '' : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${causes.length === 0 ? '' : html`<p>Seen on this machine, without effect on a check:</p><ul>${causes.map((cause) => html`<li>${cause}</li>`)}</ul>`}
${search || machine.unseen === undefined ? '' : html`<p>${machine.unseen}</p>`}</div>
${
  doubtful.length === 0
    ? ''
    : dataTable(doubtful, {
        label: 'Trials in doubt',
        columns: [column('Trial', ({ name }) => name), column('Why', ({ validity }) => validity.reasons.join('; '))],
      })
}`,
  };
};
